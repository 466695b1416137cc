export { createDockerApi, type DockerApi, type DockerApiParts } from './create-docker-api.ts'
