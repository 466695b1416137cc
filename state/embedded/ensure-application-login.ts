import pg from 'pg'
import { applicationRole } from '../database/application-role.ts'

/** Makes the role that the application logs in as, unless it is there: data of earlier versions have none. It owns nothing and may make nothing. */
export const ensureApplicationLogin = async (superuserAddress: string): Promise<void> => {
  const client = new pg.Client({ connectionString: superuserAddress, application_name: 'parcela roles' })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [applicationRole])
    if (rowCount === 0) await client.query(`create role ${applicationRole} login`)
  } finally {
    await client.end()
  }
}
