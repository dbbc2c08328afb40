// The Serverless Framework reads no TypeScript here, but Node.js does.
module.exports = require('./resources.ts');
