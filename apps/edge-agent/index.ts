export { startEdgeAgent } from './start-edge-agent.ts'
