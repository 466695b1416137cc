import { useId } from 'react'
import { drawPlot } from './plot.ts'

/** The piece of land that stands for a site wherever it is listed; decoration, so hidden from screen readers. */
export const PlotPicture = ({ name, size = 40 }: { name: string; size?: number }) => {
  const id = useId()
  return (
    <svg width={size} height={size} viewBox="0 0 40 40" aria-hidden="true" focusable="false" style={{ flexShrink: 0 }}>
      <clipPath id={`${id}clip`}>
        <rect width="40" height="40" rx="9" />
      </clipPath>
      <g clipPath={`url(#${id}clip)`}>
        {drawPlot(name).map((field, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the fields of one name never change places
          <g key={index}>
            <pattern
              id={`${id}${index}`}
              width="3.4"
              height="3.4"
              patternUnits="userSpaceOnUse"
              patternTransform={`rotate(${field.furrow})`}
            >
              <rect width="3.4" height="3.4" fill={field.colour} />
              <rect width="3.4" height="0.9" fill="var(--furrow)" />
            </pattern>
            <rect
              x={field.x}
              y={field.y}
              width={field.width}
              height={field.height}
              rx="1.2"
              fill={`url(#${id}${index})`}
            />
          </g>
        ))}
      </g>
    </svg>
  )
}
