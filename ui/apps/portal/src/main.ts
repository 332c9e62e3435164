/** Starts the public portal. */
import { createApp } from 'vue'
import '@chengshu/ui/theme.css'
import './styles/portal.css'
import App from './App.vue'
import { router } from './router'

createApp(App).use(router).mount('#app')
