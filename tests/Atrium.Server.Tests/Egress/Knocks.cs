using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Atrium.Server.Audit;
using Atrium.Server.Egress;
using Atrium.Server.Encryption;
using Atrium.Server.Identity;
using Atrium.Server.Identity.Tokens;
using Atrium.Server.Storage;
using Atrium.Server.Storage.Projects;
using Atrium.Server.Tests.Storage;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Atrium.Server.Tests.Egress;

/// <summary>How each door of the server is knocked at with an address of one's own. A door without a knock here fails the tests: teach it.</summary>
internal static class Knocks
{
    /// <summary>True where something came back.</summary>
    public delegate Task<bool> Knock(EgressScene scene, string url);

    public static IReadOnlyDictionary<string, Knock> ByDoor { get; } = new Dictionary<string, Knock>
    {
        ["image-url"] = async (scene, url) => (await scene.Server.Client.CallAsync(
            "POST", "/computervision/imageanalysis:analyze?api-version=2024-02-01&features=read", new { url }, ("Ocp-Apim-Subscription-Key", scene.ProjectKey))).Status == HttpStatusCode.OK,

        ["safety-image-url"] = async (scene, url) => (await scene.Server.Client.CallAsync(
            "POST", "/contentsafety/image:analyze?api-version=2024-09-01", new { image = new { blobUrl = url } }, ("Ocp-Apim-Subscription-Key", scene.ProjectKey))).Status == HttpStatusCode.OK,

        ["category-samples"] = async (scene, url) =>
        {
            // What comes is no list of examples, which is told in other words than that nothing came.
            var body = new { definition = "A knock", sampleBlobUrl = url };
            var answer = await scene.Server.Client.CallAsync("PUT", "/contentsafety/text/categories/knock?api-version=2024-09-15-preview", body, ("Ocp-Apim-Subscription-Key", scene.ProjectKey));
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            return answer.ErrorCode != "InvalidSampleBlobUrl" && scene.Internet.Requests.Count > 0;
        },

        ["model-server"] = async (scene, url) =>
        {
            var written = await EgressScene.ConnectAsync(scene.Developer, scene.Project, url);
            if (written.Status != HttpStatusCode.OK)
            {
                Assert.Equal(HttpStatusCode.BadRequest, written.Status);
                return false;
            }

            await scene.DeployAsync("through", $"{scene.Project}/connections/server");
            var answer = await scene.ChatAsync("through");
            Assert.DoesNotContain("upstream-secret", answer.ToString(), StringComparison.Ordinal);
            return answer.Status == HttpStatusCode.OK;
        },

        ["connection-test"] = async (scene, url) =>
        {
            var written = await EgressScene.ConnectAsync(scene.Developer, scene.Project, url, "tested");
            return written.Status == HttpStatusCode.OK && (string?)(await TestAsync(scene, body: null))["status"] == "Succeeded"
                && scene.Internet.Requests.Any(request => !request.Contains("/to/", StringComparison.Ordinal));
        },

        ["video-url"] = async (scene, url) =>
        {
            var accepted = await scene.Server.Client.CallAsync(
                "POST", "/contentunderstanding/analyzers/prebuilt-video:analyze?api-version=2025-11-01", new { url }, ("Ocp-Apim-Subscription-Key", scene.ProjectKey));
            if (accepted.Status != HttpStatusCode.Accepted)
            {
                Assert.Equal(HttpStatusCode.BadRequest, accepted.Status);
                return false;
            }

            var done = await EndAsync(scene, accepted.Message.Headers.GetValues("Operation-Location").Single());
            return (string?)done["error"]?["code"] != "InvalidVideoUrl";
        },

        ["transcription-input"] = async (scene, url) =>
        {
            var made = await scene.Server.Client.CallAsync(
                "POST", "/speechtotext/v3.2/transcriptions", new { contentUrls = new[] { url }, locale = "en-US", displayName = "Knock" }, ("Ocp-Apim-Subscription-Key", scene.ProjectKey));
            if (made.Status != HttpStatusCode.Created)
            {
                Assert.Equal(HttpStatusCode.BadRequest, made.Status);
                return false;
            }

            return (string?)(await EndAsync(scene, (string)made.Body["self"]!))["status"] == "Succeeded";
        },

        ["speech-webhooks"] = async (scene, url) =>
        {
            var made = await scene.Server.Client.CallAsync(
                "POST", "/speechtotext/v3.2/webhooks", new { webUrl = url, displayName = "Knock", events = new { ping = true } }, ("Ocp-Apim-Subscription-Key", scene.ProjectKey));
            if (made.Status != HttpStatusCode.Created)
            {
                Assert.Equal(HttpStatusCode.BadRequest, made.Status);
                return false;
            }

            // Whoever answers does not know the challenge, which is told in other words than that nothing came.
            var hook = await EndAsync(scene, (string)made.Body["self"]!);
            await scene.Server.Client.CallAsync("DELETE", new Uri((string)made.Body["self"]!).PathAndQuery, null, ("Ocp-Apim-Subscription-Key", scene.ProjectKey));
            return ((string?)hook["properties"]?["error"]?["message"])?.Contains("validationToken", StringComparison.Ordinal) is true;
        },

        // What is no text of a header no client can send.
        ["blob-copies"] = async (scene, url) => Ascii.IsValid(url) && (await scene.Storage.BlobAsync(
            "PUT", $"{scene.BlobService}/{scene.WorkspaceId}-blobstore/copy", null, ("x-ms-blob-type", "BlockBlob"), ("x-ms-copy-source", url))).Status == HttpStatusCode.Created,

        ["storage-contents"] = async (scene, url) =>
        {
            // The operator writes the address into the settings; where its name leads is in question here.
            using var caller = new HttpMessageInvoker(ContentBackend.WayOf(scene.Server.Services));
            try
            {
                using var answer = await caller.SendAsync(new(HttpMethod.Get, url), TestContext.Current.CancellationToken);
                return answer.StatusCode == HttpStatusCode.OK;
            }
            catch (Exception refused) when (refused is HttpRequestException or UriFormatException or InvalidOperationException)
            {
                return false;
            }
        },

        ["results"] = async (scene, url) =>
        {
            try
            {
                var target = new ResultTarget(new(url), scene.Project, scene.Project.ToLowerInvariant(), "localhost");
                await scene.Server.Services.GetRequiredService<IResultContainers>().WriteAsync(target, "job/results.zip", new MemoryStream([1]), 1, "application/zip", TestContext.Current.CancellationToken);
                return true;
            }
            catch (Exception refused) when (refused is ResultRefusedException or HttpRequestException or UriFormatException or InvalidOperationException)
            {
                return false;
            }
        },

        ["audit-webhook"] = async (scene, url) =>
        {
            // Not the settings are in question here, which the operator writes, but where the name in them leads.
            try
            {
                await scene.Server.Services.GetServices<IHostedService>().OfType<ActivityExport>().Single().PostAsync(url, [], TestContext.Current.CancellationToken);
                return true;
            }
            catch (Exception refused) when (refused is EgressRefusedException or HttpRequestException or UriFormatException or InvalidOperationException)
            {
                return false;
            }
        },

        ["customer-key"] = async (scene, url) =>
        {
            // The vault is the operator's choice and granted; nothing else is by it.
            var options = new ExternalVaultOptions { Uri = "http://good.example:8443/vaults/v", Authority = "http://good.example/token/0", ClientId = "a", ClientSecret = "s" };
            var vault = new ExternalVault(options, scene.Server.Services.GetRequiredService<EgressClient>(), TimeProvider.System);
            try
            {
                await vault.AskAsync(HttpMethod.Get, url, content: null, TestContext.Current.CancellationToken);
                return true;
            }
            catch (Exception refused) when (refused is CustomerKeyException or UriFormatException or InvalidOperationException)
            {
                return false;
            }
        },

        ["issuer"] = async (scene, url) =>
        {
            // The issuer itself is the operator's choice; where it says that its keys are is not.
            scene.Internet.KeysOf = _ => url;
            var options = new ExternalIssuerOptions { Authority = "http://good.example/issuer/0", Audience = "a" };
            using var issuer = new ExternalIssuer(options, scene.Server.Services.GetRequiredService<EgressClient>(), TimeProvider.System);
            var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor { Issuer = options.Authority, Audience = "a" });
            try
            {
                await issuer.IsGenuineAsync(new JsonWebToken(token), TestContext.Current.CancellationToken);
                return scene.Internet.Requests.Count(request => request.StartsWith("GET ", StringComparison.Ordinal)) > 1;
            }
            catch (IssuerUnavailableException)
            {
                return false;
            }
        },
    };

    private static async Task<JsonObject> EndAsync(EgressScene scene, string address)
    {
        for (var i = 0; ; i++)
        {
            var job = (await scene.Server.Client.CallAsync("GET", new Uri(address).PathAndQuery, null, ("Ocp-Apim-Subscription-Key", scene.ProjectKey))).Body;
            if ((string?)job["status"] is "Succeeded" or "Failed")
            {
                return job.AsObject();
            }

            Assert.True(i < 3000, job.ToJsonString());
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<JsonObject> TestAsync(EgressScene scene, object? body)
    {
        var accepted = await scene.Developer.CallAsync("POST", $"{scene.Project}/connections/tested/testconnection{EgressScene.Ml}", body);
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        return await scene.Developer.WaitAsync(accepted);
    }
}
