// What NETWORK says of the way to the API, whose name has two addresses, of which one has a server.
const dns = require('node:dns');
const { TCP } = process.binding('tcp_wrap');

const { connect } = TCP.prototype;
const [lookupMs, addresses, connectLater] = {
  'a slow lookup': [3_000, ['127.0.0.1', '127.0.0.2'], (go) => go()],
  'a distant host': [0, ['127.0.0.1', '127.0.0.2'], (go) => setTimeout(go, 300)],
  'a dead first address': [0, ['127.0.0.2', '127.0.0.1'], (go, address) => address === '127.0.0.1' && go()],
}[process.env.NETWORK];

dns.lookup = (...values) => {
  const found = addresses.map((address) => ({ address, family: 4 }));
  setTimeout(values.at(-1), lookupMs, null, found);
};
TCP.prototype.connect = function (...values) {
  connectLater(() => connect.apply(this, values), values[1]);
  return 0;
};
