// sign.js URL TOKEN dsse|message FILE [TYPE]: a bundle by @sigstore/sign, with the services at URL.
const fs = require('fs');
const { bundleToJSON } = require('@sigstore/bundle');
const { DSSEBundleBuilder, FulcioSigner, MessageSignatureBundleBuilder, RekorWitness, TSAWitness } =
  require('@sigstore/sign');

const [url, token, form, file, type] = process.argv.slice(2);
const signer = new FulcioSigner({ fulcioBaseURL: `${url}/fulcio`, identityProvider: { getToken: async () => token } });
const witnesses = [new RekorWitness({ rekorBaseURL: `${url}/rekor`, entryType: 'dsse' }),
  new TSAWitness({ tsaBaseURL: `${url}/tsa` })];
const Builder = form === 'dsse' ? DSSEBundleBuilder : MessageSignatureBundleBuilder;
new Builder({ signer, witnesses }).create({ data: fs.readFileSync(file), type })
  .then((bundle) => console.log(JSON.stringify(bundleToJSON(bundle))))
  .catch((error) => {
    console.error(error);
    process.exit(1);
  });
