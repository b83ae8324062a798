// The API is far away: its name has two addresses, of which only the first has a server, and connecting takes 300 ms.
const dns = require('node:dns');
const { TCP } = process.binding('tcp_wrap');

dns.lookup = (...values) => {
  const addresses = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));
  setImmediate(values.at(-1), null, addresses);
};

const { connect } = TCP.prototype;
TCP.prototype.connect = function (...values) {
  setTimeout(() => connect.apply(this, values), 300);
  return 0;
};
