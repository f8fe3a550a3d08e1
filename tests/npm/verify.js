// verify.js BUNDLE TRUSTED_ROOT [artifact=FILE] [key=PEM] [identity=NAME] [issuer=URL] [times=N] [logs=N]:
// a bundle as @sigstore/verify sees it; ends with 0 if that is good.
const fs = require('fs');
const crypto = require('crypto');
const { bundleFromJSON } = require('@sigstore/bundle');
const { TrustedRoot } = require('@sigstore/protobuf-specs');
const { Verifier, toSignedEntity, toTrustMaterial } = require('@sigstore/verify');

const [bundleFile, rootFile, ...rest] = process.argv.slice(2);
const options = Object.fromEntries(rest.map((text) => text.split(/=(.*)/s).slice(0, 2)));
const bundle = bundleFromJSON(JSON.parse(fs.readFileSync(bundleFile)));
const root = TrustedRoot.fromJSON(JSON.parse(fs.readFileSync(rootFile)));
const keys = {};
if (options.key) {
  const rawBytes = crypto.createPublicKey(fs.readFileSync(options.key)).export({ type: 'spki', format: 'der' });
  keys[crypto.createHash('sha256').update(rawBytes).digest('base64')] = { rawBytes };
}
const artifact = options.artifact && fs.readFileSync(options.artifact);
const count = (name) => (options[name] === undefined ? 1 : Number(options[name]));
const verifier = new Verifier(toTrustMaterial(root, keys), {
  tlogThreshold: count('logs'), timestampThreshold: count('times'), ctlogThreshold: 1 });
const policy = options.identity && { subjectAlternativeName: options.identity, extensions: { issuer: options.issuer } };
verifier.verify(toSignedEntity(bundle, artifact), policy);
