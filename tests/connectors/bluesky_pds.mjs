// A real Bluesky PDS with a directory of identities, on loopback; it writes its address and those of the directory as one line of JSON,
// and ends when its standard input does. The packages are looked for in the folder it is started in.
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import net from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const require = createRequire(join(process.cwd(), 'package.json'))
const load = async (name) => import(pathToFileURL(require.resolve(name)))
const pds = await load('@atproto/pds')
const plc = await load('@did-plc/server')
const free = () =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
const folder = process.argv[2]
mkdirSync(folder, { recursive: true })
const directory = plc.PlcServer.create({ db: plc.Database.mock(), port: await free() })
const listening = await directory.start()
const didPlcUrl = `http://127.0.0.1:${listening.address().port}`
const env = {
  port: await free(),
  hostname: 'localhost',
  dataDirectory: folder,
  blobstoreDiskLocation: join(folder, 'blobs'),
  devMode: true,
  inviteRequired: false,
  jwtSecret: randomBytes(32).toString('hex'),
  adminPassword: randomBytes(16).toString('hex'),
  plcRotationKeyK256PrivateKeyHex: randomBytes(32).toString('hex'),
  didPlcUrl,
  bskyAppViewUrl: 'http://127.0.0.1:9',
  bskyAppViewDid: 'did:example:invalid',
  crawlers: [],
  serviceHandleDomains: ['.test'],
  rateLimitsEnabled: false,
}
const server = await pds.PDS.create(pds.envToCfg(env), pds.envToSecrets(env))
await server.start()
process.stdout.write(JSON.stringify({ base: `http://127.0.0.1:${env.port}` }) + '\n')
process.stdin.resume()
process.stdin.on('end', async () => {
  await server.destroy()
  await directory.destroy()
  process.exit(0)
})
