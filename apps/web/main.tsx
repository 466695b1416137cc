import './theme/mantine.css'
import './theme/land.css'
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { I18nextProvider } from 'react-i18next'
import { createQueryClient } from './client/queries.ts'
import { HandOverProvider } from './files/hand-over.tsx'
import { createLanguage } from './language/create-language.ts'
import { createPageRouter } from './router.tsx'
import { theme, themeVariables } from './theme.ts'

const queryClient = createQueryClient()
const colorScheme = localStorageColorSchemeManager({ key: 'parcela.color-scheme' })
const language = await createLanguage()
const router = createPageRouter(queryClient, language)

const root = document.getElementById('root')
if (root === null) throw new Error('index.html lacks the element with the id "root"')

createRoot(root).render(
  <StrictMode>
    <I18nextProvider i18n={language}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={themeVariables}
        colorSchemeManager={colorScheme}
        defaultColorScheme="auto"
      >
        <QueryClientProvider client={queryClient}>
          <HandOverProvider>
            <RouterProvider router={router} />
          </HandOverProvider>
        </QueryClientProvider>
      </MantineProvider>
    </I18nextProvider>
  </StrictMode>,
)
