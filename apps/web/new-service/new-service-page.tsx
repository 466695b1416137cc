import { Button } from '@mantine/core'
import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { queries } from '../client/queries.ts'
import { RequestError } from '../client/request-error.ts'
import { createServiceWithFiles } from '../client/send-files.ts'
import { teamQueries } from '../client/teams.ts'
import { DropOverlay } from '../files/drop-overlay.tsx'
import { explainFilesProblem } from '../files/explain-files-problem.ts'
import { FilesField } from '../files/files-field.tsx'
import { findFilesProblem } from '../files/find-files-problem.ts'
import { useHandOver } from '../files/hand-over.tsx'
import type { PickedFiles } from '../files/picked-files.ts'
import { UploadProgress } from '../files/upload-progress.tsx'
import { useUpload } from '../files/use-upload.ts'
import { useWindowDrop } from '../files/use-window-drop.ts'
import { RequestFailed } from '../frame/request-failed.tsx'
import { useTitle } from '../frame/use-title.ts'
import type { Language } from '../language/choose-language.ts'
import { explainProblem } from '../language/explain-problem.ts'
import { useFormat, useLanguage } from '../language/use-format.ts'
import { namedSizes, type Resources } from '../resources/named-sizes.ts'
import { ResourcesField } from '../resources/resources-field.tsx'
import { RoomNotice } from '../teams/room-notice.tsx'
import { checkRequest } from './check-request.ts'
import { NameField } from './name-field.tsx'
import classes from './new-service-page.module.css'
import { suggestName } from './suggest-name.ts'
import { Summary } from './summary.tsx'
import { TeamField } from './team-field.tsx'

const route = getRouteApi('/signed-in/new')

/** The form for a new web site: a name, files, a size. */
export const NewServicePage = () => {
  const { t } = useTranslation()
  const language = useLanguage()
  const format = useFormat()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const { data: me } = useSuspenseQuery(queries.me)
  const { data: formats } = useQuery(queries.formats)
  const { data: ownTeams = [] } = useQuery(teamQueries.own)
  const { team: askedTeam } = route.useSearch()
  const handOver = useHandOver()
  const { progress, error, upload, stop } = useUpload()
  useTitle(t('create.title'))

  const [picked, setPicked] = useState(handOver.take)
  // What was handed over belongs to this visit of the form only.
  useEffect(() => () => handOver.give(undefined), [handOver])
  // The next page is needed while the new site starts, when the network may be in motion.
  useEffect(() => void import('../service/service-page.tsx'), [])
  const [name, setName] = useState(() => suggestName(picked))
  const [chosenResources, setResources] = useState<Resources>()
  const [chosenTeam, setTeam] = useState(askedTeam)
  const [wasSent, setSent] = useState(false)
  const [serverProblems, setServerProblems] = useState<Record<string, string>>({})

  const teams = ownTeams.filter(({ role }) => role !== 'viewer')
  const teamId = teams.find(({ id }) => id === chosenTeam)?.id ?? me.team_id
  const { data: quota } = useQuery(teamQueries.quota(teamId))
  const web = formats?.items.find(({ id }) => id === 'web')
  const resources = chosenResources ?? namedSizes(web?.resources).medium
  const { request, problems = {} } = checkRequest({ name, team_id: teamId, service_format: 'web', resources })
  const filesProblem = picked && findFilesProblem(picked, limitsOf(me.platform, resources))
  const explained = (field: string): string | undefined => {
    const problem = serverProblems[field] ?? (field === 'name' ? undefined : problems[field])
    return problem === undefined ? undefined : explainProblem(problem, language)
  }

  const pick = (files: PickedFiles | undefined): void => {
    setPicked(files)
    if (name === '' || name === suggestName(picked)) setName(suggestName(files))
  }
  const drop = useWindowDrop(pick)

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setSent(true)
    setServerProblems({})
    if (request === undefined || filesProblem !== undefined) return focusFirstProblem()
    const created = await upload(options =>
      createServiceWithFiles(request, picked?.files ?? [], options).catch((failure: unknown) => {
        if (failure instanceof RequestError) setServerProblems(failure.fields)
        throw failure
      }),
    )
    if (created === undefined) return
    queryClient.setQueryData(queries.service(created.id).queryKey, created)
    void queryClient.invalidateQueries({ queryKey: queries.services.queryKey })
    void queryClient.invalidateQueries({ queryKey: ['team'] })
    await navigate({ to: '/services/$serviceId', params: { serviceId: created.id } })
  }

  return (
    <>
      <DropOverlay drop={drop} text={t('files.drop_over')} />
      <nav className={classes.breadcrumb}>
        <Link to="/">{t('services.title')}</Link>
      </nav>
      <div className={classes.title}>
        <h1>{t('create.title')}</h1>
        <p>{t('create.lead')}</p>
      </div>
      <form className={classes.form} onSubmit={event => void submit(event)} noValidate>
        <div className={classes.fields}>
          <NameField
            value={name}
            onChange={next => {
              setName(next)
              setServerProblems({})
            }}
            problem={explained('name')}
            wasSent={wasSent}
          />
          <FilesField
            picked={picked}
            onPick={pick}
            problem={
              filesProblem
                ? explainFilesProblem(filesProblem, t, { language, format })
                : fileProblem(serverProblems, t, language)
            }
          />
          <TeamField teams={teams} value={teamId} onChange={setTeam} />
          <div>
            <ResourcesField
              legend={t('create.size')}
              value={resources}
              onChange={setResources}
              limits={web?.resources}
              problems={{
                ...pickDefined('ram_mb', explained('ram_mb')),
                ...pickDefined('cpus', explained('cpus')),
                ...pickDefined('storage_gb', explained('storage_gb')),
              }}
            />
            {isSized(resources) && <RoomNotice quota={quota} wanted={resources} more={{ ...resources, services: 1 }} />}
          </div>
        </div>
        <Summary name={name} picked={picked} resources={resources} urlTemplate={me.platform.url_template}>
          {progress === undefined ? (
            <Button type="submit" size="md" fullWidth>
              {picked === undefined ? t('create.submit_empty') : t('create.submit')}
            </Button>
          ) : (
            <UploadProgress progress={progress} onStop={stop} />
          )}
          {error !== undefined && <RequestFailed title={t('create.failed')} error={error} />}
        </Summary>
      </form>
    </>
  )
}

const isSized = (resources: Resources): boolean => Object.values(resources).every(Number.isFinite)

const gibibyte = 2 ** 30

const limitsOf = (platform: { upload_limit_bytes: number; upload_limit_files: number }, resources: Resources) => ({
  bytes: Math.min(
    platform.upload_limit_bytes,
    Number.isFinite(resources.storage_gb) ? resources.storage_gb * gibibyte : Number.POSITIVE_INFINITY,
  ),
  files: platform.upload_limit_files,
})

/** The server names the file itself as the field; whatever is not a field of the form is about the files. */
const fileProblem = (problems: Record<string, string>, t: TFunction, language: Language): string | undefined => {
  const known = new Set(['name', 'team_id', 'ram_mb', 'cpus', 'storage_gb'])
  const [path, problem] = Object.entries(problems).find(([field]) => !known.has(field)) ?? []
  if (path === undefined || problem === undefined) return undefined
  const said = explainProblem(problem, language)
  return path === 'files' ? said : t('files.problem_path', { path, problem: said })
}

const pickDefined = <K extends string>(key: K, value: string | undefined): { [P in K]?: string } =>
  value === undefined ? {} : ({ [key]: value } as { [P in K]?: string })

const focusFirstProblem = (): void => {
  // After React has marked what is wrong.
  requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
}
