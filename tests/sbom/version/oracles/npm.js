// Prints <, = or > for each line with two versions, and ? where one is none, as npm's own semver has it.
const path = require('path');
const fs = require('fs');
const {execFileSync} = require('child_process');
const root = execFileSync('npm', ['root', '--global'], {encoding: 'utf8'}).trim();
const semver = require(path.join(root, 'npm', 'node_modules', 'semver'));
for (const line of fs.readFileSync(0, 'utf8').trim().split('\n')) {
  const [a, b] = line.split(' ');
  const valid = semver.valid(a) && semver.valid(b);
  console.log(!valid ? '?' : ['<', '=', '>'][semver.compare(a, b) + 1]);
}
