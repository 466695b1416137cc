export { createNginxEdge, type EdgeHealth, type NginxEdge, type NginxEdgeOptions } from './create-nginx-edge.ts'
