import { assert, assertEquals } from "@std/assert";
import { GateioSigner, type SignedRequest } from "../../../src/exchanges/gateio/private_signer.ts";

const secretKey = "gateTestSecret0001";
const signer = new GateioSigner({ apiKey: "gateTestKey0001", secretKey });
const seconds = 1_700_000_000;
const g3Body =
  `{"text":"t-abc","currency_pair":"BTC_USDT","type":"limit","account":"spot","side":"buy","amount":"0.001","price":"30000","time_in_force":"gtc"}`;

function request(method: string, path: string, query = "", body = ""): SignedRequest {
  return { method, path: `/api/v4${path}`, query, body };
}

const restVectors: readonly [name: string, request: SignedRequest, signature: string][] = [
  [
    "G1",
    request("GET", "/spot/accounts"),
    "d04e722e8fc8189ec6a31bb4dbc40b661631c7e9726b0131ad301772e18fee5f0b8759d0de5573b85e220346a313862d54d32cc8b63900d9f5aebee6828f8e9d",
  ],
  [
    "G2",
    request("GET", "/spot/orders", "currency_pair=BTC_USDT&status=open&limit=10"),
    "e59afda745c53a400fb802a50ce143efbd9d5d0088485075bc86418acc04b90a90104e80e8b0439a4544916dc553df9d661fc6a86ec254940e19bf4693977cc0",
  ],
  [
    "G3",
    request("POST", "/spot/orders", "", g3Body),
    "d4b6ae43225ae91ed8961beea5fb2474f11afdabfc4ca56ae8ac7cbb3bbd132f1204ec9666e9cdf266db68f82d1d657a29967dfaf550c7d6de35eab982b6ab0c",
  ],
  [
    "G4",
    request("DELETE", "/spot/orders/12345", "currency_pair=BTC_USDT"),
    "d7cb82d5ce03ca086ad69e2ee974982387acfe8b982c9041f74ac0f468d00ad8836102e752635835b452f6cf45f43063ac93635ae4d1a30767b8ab8105e36f7d",
  ],
  [
    "G5",
    request("POST", "/futures/usdt/positions/BTC_USDT/leverage", "leverage=10"),
    "78d664e0891fc470793aeda6cb1b398f597fb6c34a32561ae3effc6e9fd8c55bcd512e6784808c778671494bc018f6173ecab1a25e26a6ed96ffb241274a9d63",
  ],
  [
    "G6",
    request(
      "POST",
      "/futures/usdt/orders",
      "",
      `{"contract":"BTC_USDT","size":-2,"price":"0","tif":"ioc","text":"t-mkt","reduce_only":true}`,
    ),
    "2b7fbc1d4e8cd033277376657ba9bf6fbaa9d5dadfff3baaca53c4d62c9071c1a5d0a6f0e7dbc39f9e797f6e87d4c2e6a1891b3c9e7ae55d08f3b3114226b820",
  ],
  [
    "G7",
    request("PATCH", "/spot/orders/12345", "currency_pair=BTC_USDT", `{"price":"30100"}`),
    "6b4174a323eb57f9e4178dcc660a1349c25b2fc1eb1738a04bdf45099ba514560cc69828bd7eb46e72422f93988f98bf4e8a93d25ecdb584a1bcea0357ec4f4a",
  ],
  [
    "G8",
    request("PUT", "/futures/usdt/orders/987654321", "", `{"price":"30100","size":3}`),
    "66f52619e10cb6f5b7112fd8260efdc08228648e52ae0752641a203a19657e421191306b996c4d69b7839f59cf13a73614e8e8b8350386ab9a8808b67a0f926d",
  ],
];

for (const [name, signed, signature] of restVectors) {
  Deno.test(`GateioSigner signs request ${name} of the documents`, () => {
    assertEquals(signer.headers(signed, seconds), {
      KEY: "gateTestKey0001",
      Timestamp: "1700000000",
      SIGN: signature,
    });
  });
}

Deno.test("GateioSigner signs the two examples that the venue's own documents print", () => {
  const own = new GateioSigner({ apiKey: "key", secretKey: "secret" });
  const body = `{"contract":"BTC_USD","type":"limit","size":100,"price":6800,"time_in_force":"gtc"}`;
  assertEquals(
    own.headers(request("GET", "/futures/orders", "contract=BTC_USD&status=finished&limit=50"), 1541993715)[
      "SIGN"
    ],
    "55f84ea195d6fe57ce62464daaa7c3c02fa9d1dde954e4c898289c9a2407a3d6fb3faf24deff16790d726b66ac9f74526668b13bd01029199cc4fcc522418b8a",
  );
  assertEquals(
    own.headers(request("POST", "/futures/orders", "", body), 1541993715)["SIGN"],
    "eae42da914a590ddf727473aff25fc87d50b64783941061f47a3fdb92742541fc4c2c14017581b4199a1418d54471c269c03a38d788d802e2c306c37636389f0",
  );
});

const subscriptions: readonly ["W1" | "W2" | "W3", string, "subscribe" | "unsubscribe", string][] = [
  [
    "W1",
    "spot.orders",
    "subscribe",
    "cab101d848ff789ea942b2522f909ed0e7dc15cbb3082985ae685d5bc2d36e4837825f460bffa1217240918e3aab3a05a90a209aa98ce9c981d714dabe4201b4",
  ],
  [
    "W2",
    "futures.positions",
    "subscribe",
    "a69b75c14aec556bab52b467b4c5abf90aea8dbf8ee0f6197a5bb8d5483fdac863f78c4caa8040dddb22d74baad1c6dd2268bbccf5ca1b13064aaacc96dfadf2",
  ],
  [
    "W3",
    "futures.positions",
    "unsubscribe",
    "23cc205e47d19802d581c612f620f360e929e0c7f198bf204ba84d5acd74b756df1a0419634438fd596b0098c445fd77362445f5a459ecdea408d78b06325a1f",
  ],
];

for (const [name, channel, event, signature] of subscriptions) {
  Deno.test(`GateioSigner signs subscription ${name} of the documents`, () => {
    assertEquals(signer.subscription(channel, event, seconds), {
      method: "api_key",
      KEY: "gateTestKey0001",
      SIGN: signature,
    });
  });
}

const logins: readonly [name: string, channel: string, parameter: string, signature: string][] = [
  [
    "W4",
    "spot.login",
    "",
    "fc420f0232e785ea7d2f271552d37a1a44b652f72e41bde458cd310bedce9aa58289a8af9b40e259a7cfa7e2bb3d3c9c9787a1ee4652097561322c0ebc5bd1ad",
  ],
  [
    "W5",
    "futures.login",
    "",
    "601b14f4a1e3dad774d64b1dbfcba797cd0ea0ab1041cad8c1e1b2f6211e2eccfac0e07df01ffc150d7ef822e22defab43949d6766a087194d9a36c059f52f22",
  ],
  [
    "W6",
    "spot.login",
    "{}",
    "70b40bac6995440c18d9bb2d63d543cd0948c7ac698c715d7cea2ee6b9ab791f12061203ace9fca51f02ad94786498d5ba770ea3a74d3f19ec7eda93adff7854",
  ],
  [
    "W7",
    "spot.order_place",
    g3Body,
    "9481c4b195a1a076adcc1caa357b59361f88acd8977951d613b3855a7793f786b1767677b25784a45a4b9cfdb58aacee007afdf3affd84e777f6a73d213b1761",
  ],
  [
    "W8",
    "futures.order_place",
    `{"contract":"BTC_USDT","size":1,"price":"30000","tif":"gtc","text":"t-ws1"}`,
    "e399577b1ecbbb82c5e3460ca4c835b0dd6a5753898929b8589225dd19f86858149bbdf0e4c709efe4af7961c5a8a6a982c170683e119f8c2283aaf491106f7d",
  ],
];

for (const [name, channel, parameter, signature] of logins) {
  Deno.test(`GateioSigner signs login ${name} of the documents`, () => {
    assertEquals(signer.login(channel, seconds, parameter), {
      api_key: "gateTestKey0001",
      signature,
      timestamp: "1700000000",
    });
  });
}

Deno.test("GateioSigner takes a concealed secret and shows it in no printed form", () => {
  const concealed = new GateioSigner({
    apiKey: "gateTestKey0001",
    secretKey: { reveal: () => secretKey },
  });
  const [, g1, signature] = restVectors[0]!;
  assertEquals(concealed.headers(g1, seconds)["SIGN"], signature);
  const printed = [
    Deno.inspect(concealed),
    JSON.stringify(concealed),
    String(concealed),
    Deno.inspect(signer),
  ];
  for (const text of printed) assert(!text.includes(secretKey), text);
});
