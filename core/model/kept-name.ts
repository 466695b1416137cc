/** What is wrong with a service's name that another team had until lately, and that domains may still lead to. */
export const describeKeptName = (until: Date): string =>
  `was another team's until lately and is kept back until ${until.toISOString().slice(0, 10)}`
