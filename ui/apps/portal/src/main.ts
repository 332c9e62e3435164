import { createApp } from 'vue'
import '@chengshu/ui/theme.css'
import App from './App.vue'
import { router } from './router'

createApp(App).use(router).mount('#app')
