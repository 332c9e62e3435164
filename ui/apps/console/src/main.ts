import { createApp } from 'vue'
import '@chengshu/ui/theme.css'
import App from './App.vue'

createApp(App).mount('#app')
