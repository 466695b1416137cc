/** The folder that the built page lies in, for the gateway to serve; made by `vite build apps/web`. */
export const builtPage = new URL('./dist/', import.meta.url)
