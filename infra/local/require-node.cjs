// Plain JavaScript for any Node: loaded first, so that an old one says what is wrong before it stumbles over TypeScript.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `This platform needs Node 24 or newer and this is ${process.versions.node}: start it with npm (npm start, npm run demo), which uses the Node that npm ci installed.\n`,
  );
  process.exit(1);
}
