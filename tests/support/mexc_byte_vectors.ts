/**
 * Frames of MEXC's WebSocket with what they say: the example messages of its documentation, as bytes.
 * @module
 */

/** One binary frame. */
export interface MexcByteVector {
  /** What the frame is, for the name of a test. */
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Every field that is on the wire, by its name in the schema; 64-bit numbers as decimal text. */
  readonly content: Readonly<Record<string, unknown>>;
}

function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g)!, (byte) => parseInt(byte, 16));
}

/** One frame of each kind that the engine reads. */
export const mexcByteVectors = {
  depth: {
    name: "a change of an order book",
    bytes: fromHex(
      "0a2f73706f74407075626c69632e61676772652e64657074682e76332e6170692e7062403130306d73404254" +
        "43555344541a074254435553445430a8e3eef58833ca13650a0e0a093131373134352e343912013012100a09" +
        "3131373134352e34381203302e351a2773706f74407075626c69632e61676772652e64657074682e76332e61" +
        "70692e7062403130306d73220b34333239363336333233362a0b3433323936333633323535",
    ),
    content: {
      channel: "spot@public.aggre.depth.v3.api.pb@100ms@BTCUSDT",
      symbol: "BTCUSDT",
      sendTime: "1754741322152",
      publicAggreDepths: {
        asks: [{ price: "117145.49", quantity: "0" }],
        bids: [{ price: "117145.48", quantity: "0.5" }],
        eventType: "spot@public.aggre.depth.v3.api.pb@100ms",
        fromVersion: "43296363236",
        toVersion: "43296363255",
      },
    },
  },
  deals: {
    name: "public trades",
    bytes: fromHex(
      "0a2f73706f74407075626c69632e61676772652e6465616c732e76332e6170692e7062403130306d73404254" +
        "43555344541a074254435553445430bca9d9d0c432d2134a0a1f0a0839333232302e3030120a302e30343433" +
        "38323433180220bba9d9d0c432122773706f74407075626c69632e61676772652e6465616c732e76332e6170" +
        "692e7062403130306d73",
    ),
    content: {
      channel: "spot@public.aggre.deals.v3.api.pb@100ms@BTCUSDT",
      symbol: "BTCUSDT",
      sendTime: "1736409765052",
      publicAggreDeals: {
        deals: [{ price: "93220.00", quantity: "0.04438243", tradeType: 2, time: "1736409765051" }],
        eventType: "spot@public.aggre.deals.v3.api.pb@100ms",
      },
    },
  },
  /** From before the version fields were added. */
  bookTicker: {
    name: "best bid and ask",
    bytes: fromHex(
      "0a3473706f74407075626c69632e61676772652e626f6f6b5469636b65722e76332e6170692e706240313030" +
        "6d7340425443555344541a07425443555344543091b0e7d1c432da13270a0839333338372e32381207332e37" +
        "333438351a0839333338372e32392208372e363639383735",
    ),
    content: {
      channel: "spot@public.aggre.bookTicker.v3.api.pb@100ms@BTCUSDT",
      symbol: "BTCUSDT",
      sendTime: "1736412092433",
      publicAggreBookTicker: {
        bidPrice: "93387.28",
        bidQuantity: "3.73485",
        askPrice: "93387.29",
        askQuantity: "7.669875",
      },
    },
  },
  privateOrder: {
    name: "a filled order",
    bytes: fromHex(
      "0a1d73706f7440707269766174652e6f72646572732e76332e6170692e70621a064d585553445430a98095d4" +
        "c4328213540a1a4330325f5f3530353937393031373433393030323632343131351a06332e35313231220131" +
        "2a01303206332e36393632380540025201305a01306201316a01317206332e3639363278028001938095d4c4" +
        "32",
    ),
    content: {
      channel: "spot@private.orders.v3.api.pb",
      symbol: "MXUSDT",
      sendTime: "1736417034281",
      privateOrders: {
        id: "C02__505979017439002624115",
        price: "3.5121",
        quantity: "1",
        amount: "0",
        avgPrice: "3.6962",
        orderType: 5,
        tradeType: 2,
        remainAmount: "0",
        remainQuantity: "0",
        lastDealQuantity: "1",
        cumulativeQuantity: "1",
        cumulativeAmount: "3.6962",
        status: 2,
        createTime: "1736417034259",
      },
    },
  },
  privateDeal: {
    name: "a trade of the account",
    bytes: fromHex(
      "0a1c73706f7440707269766174652e6465616c732e76332e6170692e70621a064d585553445430dc8095d4c4" +
        "329213690a06332e363936321201311a06332e3639363220023a143530353937393031373433393030323632" +
        "3458314a1a4330325f5f3530353937393031373433393030323632343131355215302e303030333939383337" +
        "373336393639383137315a024d5860a88095d4c432",
    ),
    content: {
      channel: "spot@private.deals.v3.api.pb",
      symbol: "MXUSDT",
      sendTime: "1736417034332",
      privateDeals: {
        price: "3.6962",
        quantity: "1",
        amount: "3.6962",
        tradeType: 2,
        tradeId: "505979017439002624X1",
        orderId: "C02__505979017439002624115",
        feeAmount: "0.0003998377369698171",
        feeCurrency: "MX",
        time: "1736417034280",
      },
    },
  },
  privateAccount: {
    name: "a change of a balance",
    bytes: fromHex(
      "0a1e73706f7440707269766174652e6163636f756e742e76332e6170692e706228c18095d4c43230c38095d4" +
        "c4329a135f0a0455534454122031323866353839323731636234393531623033653731653633323365623762" +
        "651a1132312e3934323130333536303034333834220231302a01303201303a11434f4e54524143545f545241" +
        "4e5346455240b0b58dd4c432",
    ),
    content: {
      channel: "spot@private.account.v3.api.pb",
      createTime: "1736417034305",
      sendTime: "1736417034307",
      privateAccount: {
        vcoinName: "USDT",
        coinId: "128f589271cb4951b03e71e6323eb7be",
        balanceAmount: "21.94210356004384",
        balanceAmountChange: "10",
        frozenAmount: "0",
        frozenAmountChange: "0",
        type: "CONTRACT_TRANSFER",
        time: "1736416910000",
      },
    },
  },
} satisfies Record<string, MexcByteVector>;
