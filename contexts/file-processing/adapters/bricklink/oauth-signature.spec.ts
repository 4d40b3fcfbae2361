import { expect } from 'chai';
import { signRequest } from './oauth-signature.ts';

/** The protected resource of RFC 5849 section 1.2, with the version that the RFC leaves out. */
const key = {
  consumerKey: 'dpf43f3p2l4k3l03',
  consumerSecret: 'kd94hf93k423kf44',
  token: 'nnch734d00sl2jdk',
  tokenSecret: 'pfkkdhi9sl3r4s00',
};

describe('signing a request by OAuth 1.0a', () => {
  it('gives the signature of the example of OAuth Core 1.0a, appendix A.5', () => {
    const url = new URL('http://photos.example.net/photos?file=vacation.jpg&size=original');
    const header = signRequest(key, { url, timestampS: 1191242096, nonce: 'kllo9940pd9333jh' });
    expect(header).to.include('oauth_signature="tR3%2BTy81lMeYAr%2FFid0kMTYa%2FWM%3D"');
    expect(header).to.match(/^OAuth realm="",oauth_consumer_key="dpf43f3p2l4k3l03",/);
  });

  it('encodes each reserved character, and keeps the secrets out of the header', () => {
    const url = new URL('https://api.example/items/part/973pb(1)*/price?a=1%2B2&a=!');
    const header = signRequest({ ...key, token: "t'(!)*" }, { url, timestampS: 1, nonce: 'n' });
    expect(header).to.include('oauth_token="t%27%28%21%29%2A"');
    expect(header).not.to.include(key.consumerSecret).and.not.to.include(key.tokenSecret);
  });
});
