<?php
// Prints <, = or > for each line with two versions, and ? where one is none, as Debian's composer/semver
// has it.
require '/usr/share/php/Composer/Semver/autoload.php';
$parser = new Composer\Semver\VersionParser();
foreach (file('php://stdin') as $line) {
    try {
        [$a, $b] = array_map([$parser, 'normalize'], explode(' ', trim($line)));
        echo ['<', '=', '>'][version_compare($a, $b) + 1], "\n";
    } catch (UnexpectedValueException $error) {
        echo "?\n";
    }
}
