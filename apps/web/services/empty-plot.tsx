/** Four fields in ground view, three at work and one waiting; decoration only. */
export const EmptyPlot = () => (
  <svg width="208" height="120" viewBox="0 0 208 120" aria-hidden="true" focusable="false">
    <g transform="translate(104 60) scale(1 0.56) rotate(45)">
      <rect x="-72" y="-72" width="68" height="68" rx="8" fill="var(--field-deep)" />
      <rect x="-72" y="4" width="68" height="68" rx="8" fill="var(--field-moss)" />
      <rect x="4" y="4" width="68" height="68" rx="8" fill="var(--field-wheat)" />
      <g fill="none" stroke="var(--furrow)" strokeWidth="5" strokeLinecap="round">
        <path d="M-62-60V-16M-50-60V-16M-38-60V-16M-26-60V-16M-14-60V-16" />
        <path d="M-62 16H-14M-62 28H-14M-62 40H-14M-62 52H-14M-62 64H-14" />
        <path d="M16 14V62M28 14V62M40 14V62M52 14V62M62 14V62" />
      </g>
      <rect
        x="5"
        y="-71"
        width="66"
        height="66"
        rx="7"
        fill="none"
        stroke="var(--leaf)"
        strokeWidth="2"
        strokeDasharray="6 5"
      />
    </g>
    <g transform="translate(157 46)" fill="var(--sprout)">
      <path d="M0 15V3" stroke="var(--sprout)" strokeWidth="2.6" strokeLinecap="round" />
      <path d="M0 6C0-1-5-5-12-5-12 2-8 6 0 6Z" />
      <path d="M0 3C0-4 5-9 12-9 12-2 8 3 0 3Z" />
    </g>
  </svg>
)
