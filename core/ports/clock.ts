/** Time as a port, so that tests can choose it. */
export interface Clock {
  now(): Date
}
