/** Fields seen from above, parted by lanes; one is sprouting. Decoration only. */
export const LandPicture = () => (
  <svg viewBox="0 0 720 900" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">
    <defs>
      {fields.map(({ id, colour, turn, step }) => (
        <pattern
          key={id}
          id={`land-${id}`}
          width={step}
          height={step}
          patternUnits="userSpaceOnUse"
          patternTransform={`rotate(${turn})`}
        >
          <rect width={step} height={step} fill={`var(--field-${colour})`} />
          <rect width={step} height={step * 0.28} fill="var(--furrow)" />
        </pattern>
      ))}
    </defs>
    {fields.map(({ id, shape }) => (
      <polygon
        key={id}
        points={shape}
        fill={`url(#land-${id})`}
        stroke={`url(#land-${id})`}
        strokeWidth="14"
        strokeLinejoin="round"
      />
    ))}
    <polygon
      points="268,402 452,372 486,560 300,596"
      fill="var(--surface)"
      stroke="var(--surface)"
      strokeWidth="14"
      strokeLinejoin="round"
    />
    <g transform="translate(377 488) scale(4.6)" fill="var(--sprout)">
      <path d="M0 14V2" stroke="var(--sprout)" strokeWidth="2.2" strokeLinecap="round" />
      <path d="M0 4C0-2-3.8-6-9.4-6.3-9.6 0-6 4.1 0 4Z" />
      <path d="M0 1.5C.2-4 3.6-7.6 9.2-8 9.4-2.2 6-.1 0 1.5Z" />
    </g>
  </svg>
)

const fields = [
  { id: 'a', colour: 'deep', turn: 12, step: 15, shape: '-20,-20 236,-20 214,168 -20,196' },
  { id: 'b', colour: 'straw', turn: 80, step: 12, shape: '270,-20 520,-20 534,128 246,164' },
  { id: 'c', colour: 'moss', turn: 35, step: 16, shape: '554,-20 760,-20 760,300 596,326' },
  { id: 'd', colour: 'leaf', turn: 98, step: 14, shape: '-20,230 210,202 246,378 -20,424' },
  { id: 'e', colour: 'clay', turn: 60, step: 13, shape: '250,198 540,161 560,332 280,378' },
  { id: 'f', colour: 'wheat', turn: 5, step: 12, shape: '-20,458 244,412 276,590 -20,652' },
  { id: 'g', colour: 'deep', turn: 140, step: 15, shape: '486,368 760,324 760,530 520,566' },
  { id: 'h', colour: 'water', turn: 0, step: 40, shape: '-20,686 170,648 132,920 -20,920' },
  { id: 'i', colour: 'moss', turn: 66, step: 14, shape: '206,640 470,592 500,920 168,920' },
  { id: 'j', colour: 'straw', turn: 20, step: 12, shape: '506,600 760,562 760,736 530,772' },
  { id: 'k', colour: 'leaf', turn: 110, step: 15, shape: '534,806 760,770 760,920 540,920' },
]
