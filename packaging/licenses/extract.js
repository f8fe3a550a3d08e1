// Reads the npm packages spdx-license-list, spdx-license-ids and spdx-exceptions under NODE_MODULES and
// writes sbom/license/license_list.inc (facts), and for the program license_fingerprints the licences'
// texts under TEXTS, which never come into the repository: extract.js NODE_MODULES TEXTS
'use strict';
const fs = require('fs');
const path = require('path');

const [modules, texts] = process.argv.slice(2);
const from = (name) => require(path.resolve(modules, name));
const full = from('spdx-license-list/full');
const deprecated = new Set(from('spdx-license-ids/deprecated'));
const exceptions = from('spdx-exceptions');
const deprecatedExceptions = from('spdx-exceptions/deprecated');

// the sections of categories.txt: which ids stand in which
const sections = {};
let section;
for (const line of fs.readFileSync(path.join(__dirname, 'categories.txt'), 'utf8').split('\n')) {
  if (/^[a-z-]+:$/.test(line)) sections[(section = line.slice(0, -1))] = new Set();
  else if (line.startsWith(' ')) line.trim().split(/\s+/).forEach((id) => sections[section].add(id));
}
const fsfFree = sections['fsf-free'];
delete sections['fsf-free'];

// "GPL-2.0+" is an id and an operator, which the parser knows
const ids = [...new Set([...from('spdx-license-ids'), ...deprecated, ...Object.keys(full)])]
  .filter((id) => !id.endsWith('+'))
  .sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));

const quote = (text) => JSON.stringify(text.replace(/\s+/g, ' ').trim());
let rows = '// Written by packaging/licenses/update from the SPDX licence list: id, name, category, flags.\n';
for (const id of ids) {
  const categories = Object.keys(sections).filter((name) => sections[name].has(id));
  if (categories.length !== 1) throw new Error(`categories.txt has ${id} ${categories.length} times`);
  const flags = [];
  if (full[id] && full[id].osiApproved) flags.push('osi');
  if (fsfFree.has(id)) flags.push('fsf');
  if (deprecated.has(id)) flags.push('old');
  rows += `LICENSE(${quote(id)}, ${quote(full[id] ? full[id].name : id)}, ` +
    `${categories[0].replace('-', '_')}, ${flags.join(' | ') || 'none'})\n`;
}
for (const id of [...exceptions].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))) {
  rows += `EXCEPTION(${quote(id)}, ${deprecatedExceptions.includes(id) ? 'old' : 'none'})\n`;
}
fs.writeFileSync(path.join(__dirname, '../../sbom/license/license_list.inc'), rows);

// Lines that say whose a text is differ from copy to copy.
const holder = /^\W*(copyright|\(c\)|©|all rights reserved).*(<|\[|\(c\)|©|[12]\d{3}|reserved|yyyy)/i;
// Ways in which texts are written everywhere and not in the list: who is meant by the warranty, and
// what stands behind the terms. They are fingerprints of their own, ID@NUMBER.txt.
const parties = (party, either) => (text) => text
  .replace(/(the )?copyright holders? and contributors/gi, party)
  .replace(/(the )?copyright holders? or contributors/gi, either);
const noEndorsement = (text) => text.replace(/Neither the name[^.]*?may be used/,
  'The name of the author may not be used');
const author = parties('the author', 'the author');
const authorAndContributors = parties('the author and contributors', 'the author or contributors');
const authors = parties('the authors and contributors', 'the authors or contributors');
const regents = parties('the regents and contributors', 'the regents or contributors');
const terms = (text) => text.slice(0, text.search(/END OF TERMS AND CONDITIONS/));
const variants = {
  'BSD-2-Clause': [author, authorAndContributors, authors, regents],
  'BSD-3-Clause': [author, authorAndContributors, authors, regents,
    (text) => noEndorsement(author(text)), (text) => noEndorsement(text)],
  'BSD-4-Clause': ['the author', 'the regents and contributors', 'the copyright holders'].map(
    (party) => (text) => text.replace(/\b(BY|SHALL) COPYRIGHT HOLDER\b/g, `$1 ${party}`)),
  'BUSL-1.1': [(text) => text.slice(text.search(/^Terms$/m))],
  'ISC': [(text) => text.replace(/\bISC\b/g, 'the author')],
};
for (const id of ['AGPL-3.0', 'GPL-1.0', 'GPL-2.0', 'GPL-3.0', 'LGPL-2.0', 'LGPL-2.1']) {
  variants[`${id}-only`] = variants[`${id}-or-later`] = [terms];
}
variants['Apache-2.0'] = variants['ECL-2.0'] = [terms];

fs.mkdirSync(texts, {recursive: true});
for (const id of ids) {
  if (!full[id] || deprecated.has(id)) continue;
  let lines = full[id].licenseText.split('\n').filter((line) => !holder.test(line));
  // the list has the GPL behind the LGPL, whose files have it never
  const gpl = lines.findIndex((line) => /^\W*GNU GENERAL PUBLIC LICENSE\W*$/.test(line));
  if (id.startsWith('LGPL-3.0') && gpl > 0) lines = lines.slice(0, gpl);
  const text = lines.join('\n');
  fs.writeFileSync(path.join(texts, id + '.txt'), text);
  (variants[id] || []).forEach((vary, i) => {
    if (vary(text) === text || vary(text) === '') throw new Error(`variant ${i} of ${id} is none`);
    fs.writeFileSync(path.join(texts, `${id}@${i}.txt`), vary(text));
  });
}
