// Judges licence expressions: each line of stdin is EXPRESSION or EXPRESSION<tab>ALLOWED,ALLOWED…; the
// answers are "valid" or "invalid", "true" or "false".
'use strict';
const parse = require('spdx-expression-parse');
const satisfies = require('spdx-satisfies');

const answer = (line) => {
  const [expression, allowed] = line.split('\t');
  if (allowed !== undefined) return satisfies(expression, allowed.split(','));
  try {
    parse(expression);
    return 'valid';
  } catch {
    return 'invalid';
  }
};
const lines = require('fs').readFileSync(0, 'utf8').split('\n').slice(0, -1);
console.log(lines.map(answer).join('\n'));
