/** The mark: a plot of four fields, one of them sprouting. It follows the text colour scheme and stays legible at 16 px. */
export const Logo = ({ size = 24 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <rect fill="var(--field-deep)" x="1" y="1" width="14" height="14" rx="3.5" />
    <rect fill="var(--field-leaf)" x="1" y="17" width="14" height="14" rx="3.5" />
    <rect fill="var(--field-wheat)" x="17" y="17" width="14" height="14" rx="3.5" />
    <path stroke="var(--sprout)" d="M24 15V8" strokeWidth="2.2" strokeLinecap="round" />
    <path fill="var(--sprout)" d="M24 10.5C24 5.6 21 2.4 16.6 2.2 16.4 7.2 19.2 10.5 24 10.5Z" />
    <path fill="var(--sprout)" d="M24 8.5C24.2 4.2 26.8 1.3 31.2 1 31.4 5.6 28.6 8.6 24 8.5Z" />
  </svg>
)
