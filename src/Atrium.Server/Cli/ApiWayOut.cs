using System.Net;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Network.Namespaces;

namespace Atrium.Server.Cli;

/// <summary>Asks the running hub for every connection of a program whether its managed network allows it.</summary>
internal sealed class ApiWayOut(HubApi hub, ResourceId workspace, string version) : IWayOut
{
    public async ValueTask<WayOut> AskAsync(string host, int port, CancellationToken cancellationToken)
    {
        try
        {
            var body = new JsonObject { ["host"] = host, ["port"] = port, ["from"] = "compute" };
            var answer = await hub.CallAsync(HttpMethod.Post, $"{workspace}/checkOutbound{version}", body, cancellationToken);
            return new(answer["allowed"]!.GetValue<bool>(), (string)answer["reason"]!, [.. answer["addresses"]!.AsArray().Select(address => IPAddress.Parse((string)address!))]);
        }
        catch (Exception failure) when (failure is CliException or HttpRequestException)
        {
            return new(IsAllowed: false, $"The hub does not say whether it may be reached: {failure.Message}", []);
        }
    }
}
