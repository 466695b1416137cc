import { createContext, type ReactNode, useContext, useRef } from 'react'
import type { PickedFiles } from './picked-files.ts'

type HandOver = { give: (files: PickedFiles | undefined) => void; take: () => PickedFiles | undefined }

const context = createContext<HandOver | undefined>(undefined)

/** Carries dropped files from the page where they fell to the form that publishes them: files cannot travel in an address. */
export const HandOverProvider = ({ children }: { children: ReactNode }) => {
  const held = useRef<PickedFiles | undefined>(undefined)
  const handOver = useRef<HandOver>({
    give: files => {
      held.current = files
    },
    take: () => held.current,
  })
  return <context.Provider value={handOver.current}>{children}</context.Provider>
}

export const useHandOver = (): HandOver => {
  const handOver = useContext(context)
  if (handOver === undefined) throw new Error('useHandOver needs a HandOverProvider above it')
  return handOver
}
