import { createContext } from 'react'

/** Whether the frame (header and `main`) is around already: a page has one `main`. */
export const InsideFrame = createContext(false)
