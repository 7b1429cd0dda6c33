using Atrium.Server.Resources;
using Atrium.Server.Resources.Networks;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.AiServices;

/// <summary>The body of an account (Microsoft.CognitiveServices, Account).</summary>
internal static class AccountShape
{
    public static readonly string[] Kinds =
    [
        "AIServices", "CognitiveServices", "OpenAI", "ContentSafety", "ComputerVision", "ContentModerator", "Face", "FormRecognizer", "Internal.AllInOne",
        "Language", "LUIS", "Personalizer", "QnAMaker", "SpeechServices", "SpeechTranslation", "TextAnalytics", "TextTranslation",
        "Emotion", "CustomVision.Training", "CustomVision.Prediction", "AnomalyDetector", "MetricsAdvisor", "ImmersiveReader",
    ];

    private static readonly Shape Encryption = Shape.Object(
        new Property("keySource", Shape.OneOf("Microsoft.CognitiveServices", "Microsoft.KeyVault")),
        new Property("keyVaultProperties", Shape.Object(
            new Property("keyName", Shape.Text(256)),
            new Property("keyVersion", Shape.Text(256)),
            new Property("keyVaultUri", Shape.Uri()),
            new Property("identityClientId", Shape.Text(64)))));

    public static readonly ObjectShape Body = Envelope.Tracked(
        Shape.Object(
        [
            new Property("customSubDomainName", Shape.Text(64)),
            new Property("publicNetworkAccess", Shape.OneOf("Enabled", "Disabled", "SecuredByPerimeter")),
            new Property("networkAcls", NetworkAcls.Shape),
            new Property("encryption", Encryption),
            new Property("userOwnedStorage", Shape.List(Shape.Object(new Property("resourceId", Shape.IdOf()), new Property("identityClientId", Shape.Text(64))))),
            new Property("apiProperties", Shape.Map(Shape.Any())),
            new Property("disableLocalAuth", Shape.Flag()),
            new Property("dynamicThrottlingEnabled", Shape.Flag()),
            new Property("restrictOutboundNetworkAccess", Shape.Flag()),
            new Property("allowedFqdnList", Shape.List(Shape.Text(255, min: 1))),
            new Property("restore", Shape.Flag()),
            new Property("migrationToken", Shape.Text()),
            new Property("locations", Shape.Any()),
            .. ReadOnly(
                "provisioningState", "endpoint", "endpoints", "internalId", "capabilities", "isMigrated", "skuChangeInfo", "privateEndpointConnections", "dateCreated",
                "callRateLimit", "quotaLimit", "deletionDate", "scheduledPurgeDate", "commitmentPlanAssociations", "abusePenalty"),
        ]),
        new Property("kind", Shape.OneOf(Kinds)).Required().Immutable(),
        new Property("sku", Envelope.Sku).Required(),
        new Property("identity", Envelope.ManagedIdentity));

    private static Property[] ReadOnly(params string[] names) => [.. names.Select(name => new Property(name, Shape.Any()).ReadOnly())];
}
