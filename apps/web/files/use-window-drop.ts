import { useEffect, useEffectEvent, useState } from 'react'
import { arrangeFiles, type PickedFiles } from './picked-files.ts'
import { carriesFiles, readDrop } from './read-drop.ts'

export type WindowDrop = {
  /** Files hover over the page now. */
  isOver: boolean
  /** The last drop held something that the browser could not read. */
  isUnreadable: boolean
}

/** Takes files dropped anywhere on the page. */
export const useWindowDrop = (onDrop: (files: PickedFiles) => void): WindowDrop => {
  const [isOver, setOver] = useState(false)
  const [isUnreadable, setUnreadable] = useState(false)
  const take = useEffectEvent(onDrop)

  useEffect(() => {
    // Every element that is entered or left tells the window: count, and only the outermost counts.
    let depth = 0
    const enter = (event: DragEvent): void => {
      if (!carriesFiles(event.dataTransfer)) return
      depth += 1
      setOver(true)
    }
    const leave = (event: DragEvent): void => {
      if (!carriesFiles(event.dataTransfer)) return
      depth = Math.max(0, depth - 1)
      if (depth === 0) setOver(false)
    }
    const over = (event: DragEvent): void => {
      if (carriesFiles(event.dataTransfer)) event.preventDefault()
    }
    const drop = (event: DragEvent): void => {
      depth = 0
      setOver(false)
      if (event.dataTransfer === null || !carriesFiles(event.dataTransfer)) return
      event.preventDefault()
      setUnreadable(false)
      readDrop(event.dataTransfer).then(
        files => take(arrangeFiles(files)),
        () => setUnreadable(true),
      )
    }
    window.addEventListener('dragenter', enter)
    window.addEventListener('dragleave', leave)
    window.addEventListener('dragover', over)
    window.addEventListener('drop', drop)
    return () => {
      window.removeEventListener('dragenter', enter)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('dragover', over)
      window.removeEventListener('drop', drop)
    }
  }, [])

  return { isOver, isUnreadable }
}
