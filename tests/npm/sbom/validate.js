// validate.js FILE…: SBOMs as the official schemas see them; ends with 0 if all are good.
//   SPDX 2.3 JSON, CycloneDX 1.6 JSON    the schemas of the corpora ($LADE_CORPORA)
//   SPDX 3.0.1 JSON-LD                   the schema that @cyclonedx/cdxgen ships
//   CycloneDX 1.5 JSON; 1.5, 1.6 XML     those of @cyclonedx/cyclonedx-library, XML by xmllint
// and each other check that @cyclonedx/cdxgen makes of a CycloneDX document in JSON with --strict is
// left to cdx-validate.
const childProcess = require('child_process');
const fs = require('fs');
const path = require('path');
const Ajv = require('ajv');
const Ajv2019 = require('ajv/dist/2019');
const Ajv2020 = require('ajv/dist/2020');
const addFormats = require('ajv-formats');

const corpora = path.join(process.env.LADE_CORPORA || path.join(__dirname, '../../../../shared/corpora'), 'schemas');
const packages = path.dirname(path.dirname(path.dirname(require.resolve('ajv/package.json')))) + '/node_modules';
const library = path.join(packages, '@cyclonedx/cyclonedx-library/res/schema');
const cdxgen = path.join(packages, '@cyclonedx/cdxgen/data');
const json = (...parts) => JSON.parse(fs.readFileSync(path.join(...parts)));

function flaws(Validator, schema, others, document) {
  const ajv = new Validator({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addFormat('idn-email', /^[^@\s]+@[^@\s]+$/);
  ajv.addFormat('iri-reference', /^[^\s<>"{}|\\^`]*$/);
  for (const other of others) ajv.addSchema(other);
  const validate = ajv.compile(schema);
  return validate(document) ? [] : validate.errors.map((error) => `${error.instancePath}: ${error.message}`);
}

function flawsOfJson(document) {
  if (document.spdxVersion) return flaws(Ajv2019, json(corpora, 'spdx-2.3.schema.json'), [], document);
  if (document['@graph']) return flaws(Ajv2020, json(cdxgen, 'spdx-export.schema.json'), [], document);
  const version = document.specVersion;
  if (version === '1.6') {
    return flaws(Ajv, json(corpora, 'cyclonedx-1.6.schema.json'),
      [json(corpora, 'spdx.schema.json'), json(corpora, 'jsf-0.82.schema.json')], document);
  }
  const others = ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json'].map((name) =>
    ({ ...json(library, name), $id: `http://cyclonedx.org/schema/${name}` }));
  return flaws(Ajv, json(library, `bom-${version}.SNAPSHOT.schema.json`), others, document);
}

// xmllint looks for the schema of licences beside the one it is given, and asks no network.
function flawsOfXml(file, text) {
  const version = /schema\/bom\/(1\.\d)"/.exec(text)[1];
  const place = fs.mkdtempSync(path.join(require('os').tmpdir(), 'schema-'));
  fs.copyFileSync(path.join(library, `bom-${version}.SNAPSHOT.xsd`), path.join(place, 'bom.xsd'));
  fs.copyFileSync(path.join(library, 'spdx.SNAPSHOT.xsd'), path.join(place, 'spdx.SNAPSHOT.xsd'));
  fs.copyFileSync(path.join(library, 'spdx.SNAPSHOT.xsd'), path.join(place, 'spdx.xsd'));
  const { status, stderr } = childProcess.spawnSync('xmllint',
    ['--nonet', '--noout', '--schema', path.join(place, 'bom.xsd'), file], { encoding: 'utf8' });
  fs.rmSync(place, { recursive: true });
  return status === 0 ? [] : stderr.split('\n').slice(0, 20);
}

let failed = false;
for (const file of process.argv.slice(2)) {
  const text = fs.readFileSync(file, 'utf8');
  const found = text.startsWith('<') ? flawsOfXml(file, text) : flawsOfJson(JSON.parse(text));
  for (const flaw of found) console.log(`${file}: ${flaw}`);
  failed = failed || found.length > 0;
}
process.exit(failed ? 1 : 0);
