// Sigstore's services in miniature, on one port of the loopback device: services.js PORT_FILE ROOT LOG.
// ROOT becomes a trusted_root.json of them, LOG has a line for each request. @sigstore/mock has the
// authorities and the logs; here is what it leaves out: requests for timestamps as RFC 3161 has them,
// entries as a log keeps them, entries that are there already, and answers that are wrong:
//
//   /fulcio /rekor /rekor-v2 /tsa    as they should be
//   /token?audience=…                an identity token for "Bearer secret-bearer", as GitHub's
//   /wrong-key /echo /garbage /moved …  see below
const childProcess = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const http = require('http');
const asn1js = require('asn1js');
const pkijs = require('pkijs');
const mock = require('@sigstore/mock');

const [portFile, rootFile, logFile] = process.argv.slice(2);
const pair = () => crypto.generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const json = (statusCode, value) =>
  ({ statusCode, contentType: 'application/json', response: JSON.stringify(value) });

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${members.join(',')}}`;
}

const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest();
const hashOf = (bytes) => ({ algorithm: 'sha256', value: sha256(bytes).toString('hex') });

function claimsOf(token) {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
}

function token(claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  return [part({ alg: 'none' }), part({ iat: now, exp: now + 600, ...claims }),
    Buffer.from('signature-of-the-token').toString('base64url')].join('.');
}

// Fulcio: the key has to prove itself before the mock issues a certificate.
function fulcio(ca) {
  return async (body) => {
    const { credentials, publicKeyRequest } = JSON.parse(body);
    const claims = claimsOf(credentials.oidcIdentityToken);
    const principal = claims.email || claims.sub;
    if (!crypto.verify('sha256', Buffer.from(principal), publicKeyRequest.publicKey.content,
      Buffer.from(publicKeyRequest.proofOfPossession, 'base64'))) {
      return json(400, { code: 3, message: 'the key does not prove itself' });
    }
    return mock.fulcioHandler(ca, { subjectClaim: claims.email ? 'email' : 'sub' }).fn(body);
  };
}

// Rekor v1 keeps of an envelope its hashes, and answers 409 to what it has.
function keptV1(proposed) {
  if (proposed.kind !== 'dsse') return proposed;
  const { envelope, verifiers } = proposed.spec.proposedContent;
  const { payload, signatures } = JSON.parse(envelope);
  return {
    apiVersion: proposed.apiVersion, kind: 'dsse', spec: {
      envelopeHash: hashOf(envelope), payloadHash: hashOf(Buffer.from(payload, 'base64')),
      signatures: signatures.map(({ sig }) => ({ signature: sig, verifier: verifiers[0] })),
    },
  };
}

function rekor(log) {
  const entries = new Map();
  return async (body, path) => {
    if (!body) {
      const found = entries.get(path.split('/').pop());
      return found ? json(200, found.answer) : json(404, { code: 404, message: 'no such entry' });
    }
    const kept = keptV1(JSON.parse(body));
    const text = canonical(kept);
    for (const [id, entry] of entries) {
      if (entry.text === text) {
        return { ...json(409, { code: 409, message: 'an equivalent entry already exists' }),
          location: `/api/v1/log/entries/${id}` };
      }
    }
    const answer = await log.log(kept);
    entries.set(Object.keys(answer)[0], { text, answer });
    return json(201, answer);
  };
}

// Node's crypto hashes what it verifies; openssl's does not.
function verifiesHash(key, algorithm, digest, signature) {
  const place = fs.mkdtempSync('check-');
  const file = (name, bytes) => {
    fs.writeFileSync(`${place}/${name}`, bytes);
    return `${place}/${name}`;
  };
  const { status } = childProcess.spawnSync('openssl', ['pkeyutl', '-verify', '-pubin',
    '-inkey', file('key', key.export({ format: 'pem', type: 'spki' })), '-in', file('digest', digest),
    '-sigfile', file('signature', signature), '-pkeyopt', `digest:${algorithm}`]);
  fs.rmSync(place, { recursive: true });
  return status === 0;
}

// Rekor v2 keeps its requests in a form of its own, if the signature is over the digest, and tells no time.
function keptV2(request) {
  const { digest, signature } = request.hashedRekordRequestV002;
  const { keyDetails, publicKey, x509Certificate } = signature.verifier;
  const key = publicKey
    ? crypto.createPublicKey({ key: Buffer.from(publicKey.rawBytes, 'base64'), format: 'der', type: 'spki' })
    : new crypto.X509Certificate(Buffer.from(x509Certificate.rawBytes, 'base64')).publicKey;
  const bits = { P384: 384, P521: 512, ED25519_PH: 512 };
  const size = bits[Object.keys(bits).find((name) => keyDetails.includes(name))] || 256;
  // nor does openssl 3.0 know prehashed Ed25519
  if (!keyDetails.includes('ED25519')
    && !verifiesHash(key, `sha${size}`, Buffer.from(digest, 'base64'), Buffer.from(signature.content, 'base64'))) {
    throw new Error('the signature is not of the digest');
  }
  return { apiVersion: '0.0.2', kind: 'hashedrekord', spec: { hashedRekordV002: {
    data: { algorithm: `SHA2_${size}`, digest }, signature } } };
}

function rekorV2(log) {
  const logID = sha256(log.publicKey);
  return async (request) => {
    const kept = keptV2(JSON.parse(request));
    const body = Buffer.from(canonical(kept));
    const proof = log.calculateInclusionProof(
      { body, logID, logIndex: 0, timestamp: Math.floor(Date.now() / 1000) });
    return json(201, {
      logIndex: '0', logId: { keyId: logID.toString('base64') },
      kindVersion: { kind: kept.kind, version: kept.apiVersion },
      inclusionProof: {
        logIndex: '0', treeSize: '1', hashes: [], checkpoint: { envelope: proof.checkpoint },
        rootHash: Buffer.from(proof.rootHash, 'hex').toString('base64'),
      },
      canonicalizedBody: body.toString('base64'),
    });
  };
}

// The mock wants its requests in JSON, and numbers no larger than JavaScript's.
function timestamps(tsa) {
  const made = tsa.tstInfo.bind(tsa);
  let nonce;
  tsa.tstInfo = (request) => {
    const info = made(request);
    info.genTime.setMilliseconds(0); // @sigstore/verify reads three digits of a second or none
    if (nonce) info.nonce = nonce;
    return info;
  };
  const answer = mock.tsaHandler(tsa);
  return async (body, path, type) => {
    nonce = undefined;
    if (type === 'application/json') return answer.fn(body.toString());
    const asked = new pkijs.TimeStampReq({ schema: asn1js.fromBER(body).result });
    if (path !== '/other-nonce') nonce = asked.nonce;
    const hash = Buffer.from(asked.messageImprint.hashedMessage.valueBlock.valueHexView);
    const response = await tsa.timestamp({
      artifactHash: path === '/other-hash' ? sha256('something else') : hash,
      hashAlgorithmOID: asked.messageImprint.hashAlgorithm.algorithmId,
      nonce: 1, policyOID: '1.3.6.1.4.1.57264.2', certReq: asked.certReq,
    });
    return { statusCode: 201, contentType: 'application/timestamp-reply', response };
  };
}

function trustedRoot(url, { ca, ctLog, logs, tsa }) {
  const base64 = (bytes) => Buffer.from(bytes).toString('base64');
  const validFor = { start: new Date(Date.now() - 3600_000).toISOString() };
  const chain = (...certificates) =>
    ({ certificates: certificates.map((one) => ({ rawBytes: base64(one) })) });
  const log = (baseUrl, publicKey, id) => ({
    baseUrl, hashAlgorithm: 'SHA2_256', logId: { keyId: base64(id) },
    publicKey: { rawBytes: base64(publicKey), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
  });
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: logs.map(({ path, publicKey }) => log(url + path, publicKey, sha256(publicKey))),
    certificateAuthorities: [{ subject: { organization: 'sigstore.mock', commonName: 'sigstore' },
      uri: `${url}/fulcio`, certChain: chain(ca.rootCertificate), validFor }],
    ctlogs: [log(`${url}/ct`, ctLog.publicKey, ctLog.logID)],
    timestampAuthorities: [{ subject: { organization: 'sigstore.mock', commonName: 'tsa' },
      uri: `${url}/tsa`, certChain: chain(tsa.intCertificate, tsa.rootCertificate), validFor }],
  };
}

// What no service should answer.
async function wrong(issue, path, body) {
  switch (path) {
    case '/wrong-key/api/v2/signingCert': {
      const request = JSON.parse(body);
      const other = pair();
      request.publicKeyRequest.publicKey.content = other.publicKey.export({ type: 'spki', format: 'pem' });
      request.publicKeyRequest.proofOfPossession = crypto.sign('sha256',
        Buffer.from(claimsOf(request.credentials.oidcIdentityToken).sub), other.privateKey).toString('base64');
      return issue(JSON.stringify(request));
    }
    case '/echo/api/v2/signingCert':
      return json(403, { code: 16, message: `no: ${body}` });
    case '/moved/api/v2/signingCert':
      return { ...json(307, {}), location: '/fulcio/api/v2/signingCert' };
    case '/garbage/api/v2/signingCert':
      return { statusCode: 201, contentType: 'application/json', response: '{"signedCertificateEm' };
    case '/huge/api/v2/signingCert':
      return { statusCode: 201, contentType: 'application/json', response: ' '.repeat(5 << 20) };
    default:
      return json(404, { code: 404, message: `no such path: ${path}` });
  }
}

function issueToken(url, headers) {
  if (headers.authorization !== 'Bearer secret-bearer') {
    return json(401, { message: `not allowed: ${headers.authorization}` });
  }
  return json(200, { value: token({ iss: 'https://token.actions.example', aud: url.searchParams.get('audience'),
    sub: 'https://github.example/team/app/.github/workflows/release.yml@refs/heads/main' }) });
}

async function main() {
  const keys = [pair(), pair(), pair(), pair(), pair()];
  const server = http.createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${server.address().port}`;
  const ctLog = await mock.initializeCTLog(keys[0]);
  const ca = await mock.initializeCA(keys[1], ctLog);
  // checkpoints are signed by the name that the log's URL has
  const logs = [await mock.initializeTLog(url, keys[2]), await mock.initializeTLog(url, keys[3])];
  const tsa = await mock.initializeTSA(keys[4]);
  const issue = fulcio(ca);
  const handlers = { fulcio: issue, rekor: rekor(logs[0]), 'rekor-v2': rekorV2(logs[1]), tsa: timestamps(tsa) };
  server.on('request', (request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', async () => {
      const asked = new URL(request.url, url);
      const [, first] = asked.pathname.split('/');
      fs.appendFileSync(logFile, `${request.method} ${asked.pathname}\n`);
      const body = Buffer.concat(parts);
      let answer;
      try {
        answer = first === 'token' ? issueToken(asked, request.headers)
          : handlers[first] ? await handlers[first](first === 'tsa' ? body : body.toString(),
            asked.pathname.slice(first.length + 1), request.headers['content-type'])
            : await wrong(issue, asked.pathname, body.toString());
      } catch (error) {
        answer = json(500, { code: 500, message: String(error.stack) });
      }
      if (answer.location) response.setHeader('Location', answer.location);
      response.writeHead(answer.statusCode, { 'Content-Type': answer.contentType || 'text/plain' });
      response.end(answer.response);
    });
  });
  const listed = logs.map((log, at) => ({ path: ['/rekor', '/rekor-v2'][at], publicKey: log.publicKey }));
  fs.writeFileSync(rootFile, JSON.stringify(trustedRoot(url, { ca, ctLog, logs: listed, tsa })));
  fs.writeFileSync(`${portFile}.new`, String(server.address().port));
  fs.renameSync(`${portFile}.new`, portFile);
}

main();
