using Atrium.Server.Resources.Networks;

namespace Atrium.Server.AiServices;

/// <summary>Private endpoints that lead to an AI services account.</summary>
internal sealed class AccountEndpointType() : EndpointConnectionType(AccountType.TypeName, CognitiveVersions.All);
