import { createApp } from 'vue'
import { adoptLanguage, restore } from '@chengshu/ui'
import '@chengshu/ui/theme.css'
import App from './App.vue'
import { router } from './router'

/** The city knows who this is before the first screen is drawn, so that no screen flickers through sign-in. */
async function start(): Promise<void> {
  try {
    await restore()
    adoptLanguage()
  } finally {
    createApp(App).use(router).mount('#app')
  }
}
void start()
