/**
 * The text of every MEXC protobuf file, keyed by file name: what a protobuf library needs to resolve imports.
 * @module
 */
import privateAccountV3Api from "./PrivateAccountV3Api.proto" with { type: "text" };
import privateDealsV3Api from "./PrivateDealsV3Api.proto" with { type: "text" };
import privateOrdersV3Api from "./PrivateOrdersV3Api.proto" with { type: "text" };
import publicAggreBookTickerV3Api from "./PublicAggreBookTickerV3Api.proto" with { type: "text" };
import publicAggreDealsV3Api from "./PublicAggreDealsV3Api.proto" with { type: "text" };
import publicAggreDepthsV3Api from "./PublicAggreDepthsV3Api.proto" with { type: "text" };
import publicBookTickerBatchV3Api from "./PublicBookTickerBatchV3Api.proto" with { type: "text" };
import publicBookTickerV3Api from "./PublicBookTickerV3Api.proto" with { type: "text" };
import publicDealsV3Api from "./PublicDealsV3Api.proto" with { type: "text" };
import publicIncreaseDepthsBatchV3Api from "./PublicIncreaseDepthsBatchV3Api.proto" with { type: "text" };
import publicIncreaseDepthsV3Api from "./PublicIncreaseDepthsV3Api.proto" with { type: "text" };
import publicLimitDepthsV3Api from "./PublicLimitDepthsV3Api.proto" with { type: "text" };
import publicMiniTickerV3Api from "./PublicMiniTickerV3Api.proto" with { type: "text" };
import publicMiniTickersV3Api from "./PublicMiniTickersV3Api.proto" with { type: "text" };
import publicSpotKlineV3Api from "./PublicSpotKlineV3Api.proto" with { type: "text" };
import pushDataV3ApiWrapper from "./PushDataV3ApiWrapper.proto" with { type: "text" };

/** Schema text by file name. The top-level message of each frame is `PushDataV3ApiWrapper`. */
export const protoFiles: Readonly<Record<string, string>> = {
  "PrivateAccountV3Api.proto": privateAccountV3Api,
  "PrivateDealsV3Api.proto": privateDealsV3Api,
  "PrivateOrdersV3Api.proto": privateOrdersV3Api,
  "PublicAggreBookTickerV3Api.proto": publicAggreBookTickerV3Api,
  "PublicAggreDealsV3Api.proto": publicAggreDealsV3Api,
  "PublicAggreDepthsV3Api.proto": publicAggreDepthsV3Api,
  "PublicBookTickerBatchV3Api.proto": publicBookTickerBatchV3Api,
  "PublicBookTickerV3Api.proto": publicBookTickerV3Api,
  "PublicDealsV3Api.proto": publicDealsV3Api,
  "PublicIncreaseDepthsBatchV3Api.proto": publicIncreaseDepthsBatchV3Api,
  "PublicIncreaseDepthsV3Api.proto": publicIncreaseDepthsV3Api,
  "PublicLimitDepthsV3Api.proto": publicLimitDepthsV3Api,
  "PublicMiniTickerV3Api.proto": publicMiniTickerV3Api,
  "PublicMiniTickersV3Api.proto": publicMiniTickersV3Api,
  "PublicSpotKlineV3Api.proto": publicSpotKlineV3Api,
  "PushDataV3ApiWrapper.proto": pushDataV3ApiWrapper,
};
