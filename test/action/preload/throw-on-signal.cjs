// THROW is code that runs on SIGUSR2, where nobody can catch what it throws.
process.once('SIGUSR2', () => require('node:vm').runInThisContext(process.env.THROW));
