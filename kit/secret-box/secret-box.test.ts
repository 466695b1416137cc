import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSecretBox } from './create-secret-box.ts'
import {
  createSecretKey,
  dropWaitingKeys,
  promoteWaitingKey,
  readSecretKey,
  waitingKeyFile,
  writeSecretKey,
} from './secret-key.ts'

const key = createSecretKey()
const box = createSecretBox(key)

describe('an envelope', () => {
  test('opens with its key and context, and is another one each time', () => {
    const one = box.seal('contraseña', 'smtp')
    expect(one).toMatch(/^v1:[0-9a-f]{16}:[\w-]{16}:[\w-]+$/)
    expect(one).not.toBe(box.seal('contraseña', 'smtp'))
    expect(box.open(one, 'smtp')).toBe('contraseña')
    expect(box.open(box.seal('', 'empty'), 'empty')).toBe('')
  })

  test('does not open at another place, with another key, or cut off', () => {
    const sealed = box.seal('secret', 'a')
    expect(() => box.open(sealed, 'b')).toThrow()
    const other = createSecretBox(createSecretKey())
    expect(() => other.open(sealed, 'a')).toThrow(/not/)
    expect(() => other.open(sealed.replace(box.keyId, other.keyId), 'a')).toThrow()
    for (const broken of ['', 'secret', sealed.slice(0, 40), `${sealed}=`])
      expect(() => box.open(broken, 'a')).toThrow()
  })

  test('does not open when any of its characters was changed', () => {
    const sealed = box.seal('secret', 'a')
    for (let index = 0; index < sealed.length - 1; index += 1) {
      const changed = sealed.slice(0, index) + (sealed[index] === 'A' ? 'B' : 'A') + sealed.slice(index + 1)
      expect(() => box.open(changed, 'a'), `${index}`).toThrow()
    }
  })
})

describe('a key file', () => {
  let folder = ''
  let file = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parcela-key-'))
    file = join(folder, 'secrets.key')
  })
  afterEach(() => rm(folder, { recursive: true }))

  test("is its owner's alone, and reads as it was written", async () => {
    expect(await readSecretKey(file)).toBeUndefined()
    await writeSecretKey(file, key)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readSecretKey(file)).toEqual({ id: key.id, bytes: Buffer.from(key.bytes) })
  })

  test('that others may read, or that is damaged, is refused without telling what is in it', async () => {
    await writeSecretKey(file, key)
    const text = await readFile(file, 'utf8')
    const secret = text.split(':')[2]?.trim() ?? ''
    await chmod(file, 0o644)
    await expect(readSecretKey(file)).rejects.toThrow(/chmod 600/)
    for (const broken of ['', 'hello', text.slice(0, 40), text.replace(secret, 'A'.repeat(43))]) {
      await writeFile(file, broken)
      await chmod(file, 0o600)
      await expect(readSecretKey(file)).rejects.toThrow(/damaged/)
      await expect(readSecretKey(file)).rejects.not.toThrow(secret)
    }
  })

  test('is replaced by the next one whole', async () => {
    await writeSecretKey(file, key)
    const [next, other] = [createSecretKey(), createSecretKey()]
    await writeSecretKey(waitingKeyFile(file, next.id), next)
    await writeSecretKey(waitingKeyFile(file, other.id), other)
    await promoteWaitingKey(file, next.id)
    expect((await readSecretKey(file))?.id).toBe(next.id)
    await dropWaitingKeys(file)
    expect(await readdir(folder)).toEqual(['secrets.key'])
  })
})
