import {
  createContext,
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  type ReactNode,
  type Ref,
  useContext,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react'
import classes from './menu.module.css'

type TargetProps = {
  ref: Ref<HTMLButtonElement>
  'aria-haspopup': 'menu'
  'aria-expanded': boolean
  'aria-controls': string
  onClick: () => void
  onKeyDown: (event: KeyboardEvent) => void
}

type Props = {
  /** The button that opens it; takes all of these. */
  target: (props: TargetProps) => ReactElement
  /** The name of the menu. */
  label: string
  /** Something to read above the choices. */
  head?: ReactNode
  children: ReactNode
}

const CloseMenu = createContext<() => void>(() => undefined)
const steps: Record<string, (at: number, count: number) => number> = {
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowUp: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
}

/** A button with a menu below it, as the ARIA practices describe one: arrows move, Escape and leaving close, the focus returns. */
export const Menu = ({ target, label, head, children }: Props) => {
  const id = useId()
  const [isOpen, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const itemsOf = (): HTMLElement[] => [...(list.current?.querySelectorAll<HTMLElement>('[data-item]') ?? [])]

  useEffect(() => {
    if (isOpen) list.current?.querySelector<HTMLElement>('[data-item]')?.focus()
  }, [isOpen])

  const close = (): void => {
    setOpen(false)
    button.current?.focus()
  }
  const moveOrClose = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.stopPropagation()
      close()
      return
    }
    const items = itemsOf()
    const next = steps[event.key]?.(items.indexOf(document.activeElement as HTMLElement), items.length)
    if (next === undefined) return
    event.preventDefault()
    items[next]?.focus()
  }
  const closeWhenLeft = (event: FocusEvent): void => {
    if (!box.current?.contains(event.relatedTarget)) setOpen(false)
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only watches the focus leave
    <div ref={box} className={classes.menu} onBlur={closeWhenLeft}>
      {target({
        ref: button,
        'aria-haspopup': 'menu',
        'aria-expanded': isOpen,
        'aria-controls': id,
        onClick: () => setOpen(open => !open),
        onKeyDown: event => {
          if (event.key !== 'ArrowDown') return
          event.preventDefault()
          setOpen(true)
        },
      })}
      {/* In the page even while closed, so that the button's aria-controls leads somewhere. */}
      <div id={id} className={classes.drop} hidden={!isOpen}>
        {isOpen && (
          <CloseMenu value={close}>
            {head}
            <div ref={list} role="menu" tabIndex={-1} aria-label={label} onKeyDown={moveOrClose}>
              {children}
            </div>
          </CloseMenu>
        )}
      </div>
    </div>
  )
}

type ItemProps = {
  icon?: ReactNode
  onSelect?: () => void
  /** Makes it a link. */
  href?: string
  /** Makes it one choice of several: whether it is the one in force. */
  isChosen?: boolean
  lang?: string
  children: ReactNode
}

/** One choice of a menu; choosing closes it. */
export const MenuItem = ({ icon, onSelect, href, isChosen, lang, children }: ItemProps) => {
  const close = useContext(CloseMenu)
  const choose = (event: MouseEvent): void => {
    // A press of Enter must not reach the button that gets the focus back.
    event.stopPropagation()
    close()
    onSelect?.()
  }
  const shared = {
    className: classes.item,
    'data-item': true,
    tabIndex: -1,
    lang,
    onClick: choose,
    ...(isChosen === undefined
      ? { role: 'menuitem' as const }
      : { role: 'menuitemradio' as const, 'aria-checked': isChosen }),
  }
  const content = (
    <>
      {icon}
      <span>{children}</span>
      {isChosen === true && <CheckMark />}
    </>
  )
  return href === undefined ? (
    <button type="button" {...shared}>
      {content}
    </button>
  ) : (
    <a href={href} {...shared}>
      {content}
    </a>
  )
}

const CheckMark = () => (
  <svg width="15" height="15" viewBox="0 0 24 24" aria-hidden="true" focusable="false" className={classes.check}>
    <path d="M5 12l5 5L20 7" fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" />
  </svg>
)
