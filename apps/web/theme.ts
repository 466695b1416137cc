import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

const leaf: MantineColorsTuple = [
  '#f1f6ec',
  '#e2edd8',
  '#c9deb8',
  '#b0d198',
  '#9cc67c',
  '#79a958',
  '#4b7f33',
  '#41722c',
  '#355d24',
  '#284a1c',
]
const clay: MantineColorsTuple = [
  '#fbf0ec',
  '#f6dcd3',
  '#f1bfb0',
  '#ef9f89',
  '#e98a70',
  '#cf5f42',
  '#b8472b',
  '#a1391f',
  '#862d17',
  '#6b2311',
]
const stone: MantineColorsTuple = [
  '#faf8f4',
  '#f4f1ea',
  '#e9e4d9',
  '#d8d1c3',
  '#bfb6a5',
  '#968e7d',
  '#7b7364',
  '#625b4e',
  '#453f35',
  '#2a261f',
]
const night: MantineColorsTuple = [
  '#ece7dc',
  '#cfc8ba',
  '#a79f90',
  '#857d6f',
  '#4a4439',
  '#332e27',
  '#1f1c17',
  '#15130f',
  '#100e0b',
  '#0b0a08',
]

/** The one place where the page's looks are decided; every colour of the page comes from here or from theme/land.css. */
export const theme = createTheme({
  primaryColor: 'leaf',
  primaryShade: { light: 7, dark: 6 },
  colors: { leaf, red: clay, gray: stone, dark: night },
  white: '#ffffff',
  black: '#25221c',
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace',
  headings: { fontWeight: '620', sizes: { h1: { fontSize: '1.75rem', lineHeight: '1.2' } } },
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.25rem' },
  defaultRadius: 'md',
  radius: { xs: '4px', sm: '6px', md: '9px', lg: '14px', xl: '20px' },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { size: 'sm' } },
    Modal: { defaultProps: { centered: true, radius: 'lg', transitionProps: { duration: 120 } } },
  },
})

/** Hands the page's own words for colours (ink, paper, line) to Mantine's components. */
export const themeVariables: CSSVariablesResolver = () => {
  const words = {
    '--mantine-color-body': 'var(--paper)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-dim)',
    '--mantine-color-placeholder': 'var(--ink-faint)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--sunk)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-error': 'var(--bad)',
    '--mantine-color-anchor': 'var(--leaf)',
  }
  return { variables: {}, light: words, dark: words }
}
