import { encode } from 'uqr'
import classes from './account-page.module.css'
import { renderQrPath } from './render-qr-path.ts'

/** A QR code, made here: the text goes to nobody. Dark on light in both schemes, as cameras want it. */
export const QrCode = ({ text, label }: { text: string; label: string }) => {
  const { data, size } = encode(text, { ecc: 'M', border: 4 })
  return (
    <svg
      className={classes.qr}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
      focusable="false"
    >
      <rect width={size} height={size} fill="#ffffff" />
      <path d={renderQrPath(data)} fill="#25221c" />
    </svg>
  )
}
