import classes from './account-page.module.css'
import { ChangePassword } from './change-password.tsx'
import { Passkeys } from './passkeys.tsx'
import { SecondFactorSection } from './second-factor-section.tsx'

/** How somebody proves that it is them. */
export const SecurityTab = () => (
  <div className={classes.sections}>
    <ChangePassword />
    <SecondFactorSection />
    <Passkeys />
  </div>
)
