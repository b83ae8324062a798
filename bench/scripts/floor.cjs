// The floor: what Node needs for the built-in modules that the action cannot do without.
for (const name of ['https', 'fs', 'os', 'crypto']) require(`node:${name}`);
