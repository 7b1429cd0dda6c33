using System.Globalization;
using Atrium.Server.Identity;
using Atrium.Server.Identity.Principals;
using Atrium.Server.Storage.Auth;
using Atrium.Server.Storage.Wire;

namespace Atrium.Server.Storage.Sas;

/// <summary>Answers Get User Delegation Key: the key by which an identity signs.</summary>
internal sealed class DelegationKeyMaker(DelegationKeys keys, PrincipalState principals, Tenant tenant)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <param name="call">Of an identity.</param>
    /// <param name="service">The letter of the service for which it signs.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task AnswerAsync(StorageCall call, char service, CancellationToken cancellationToken)
    {
        if (call.Caller is not StorageCaller.Principal { Caller: var caller })
        {
            throw StorageRefusals.NotAllowed();
        }

        var sent = await StorageXml.ReadAsync(call.Request, "KeyInfo", cancellationToken);
        var (start, end) = (SasToken.Time((string?)sent.Element("Start") ?? "") ?? call.Now, SasToken.Time((string?)sent.Element("Expiry") ?? ""));
        if (end is not { } expiry || expiry <= call.Now || expiry <= start || expiry - call.Now > Longest)
        {
            throw StorageXml.Invalid($"Expiry is mandatory, lies ahead of now and of Start, and within {Longest.TotalDays} days.");
        }

        var isOurs = (await principals.ReadAsync(cancellationToken)).Find(caller.ObjectId) is not null;
        var key = new DelegationKey(
            caller.ObjectId,
            isOurs ? tenant.Id : DelegationKey.OutsideTenant,
            Text(start),
            Text(expiry),
            service.ToString(),
            (string?)call.Response.Headers["x-ms-version"] ?? "",
            (string?)sent.Element("DelegatedUserTid") ?? "");
        var value = await keys.MakeAsync(call.Account, key, cancellationToken);
        await call.AnswerXmlAsync(
            StorageXml.Write(xml =>
            {
                xml.WriteStartElement("UserDelegationKey");
                xml.WriteElementString("SignedOid", key.ObjectId);
                xml.WriteElementString("SignedTid", key.TenantId);
                xml.WriteElementString("SignedStart", key.Start);
                xml.WriteElementString("SignedExpiry", key.Expiry);
                xml.WriteElementString("SignedService", key.Service);
                xml.WriteElementString("SignedVersion", key.Version);
                xml.Element("SignedDelegatedUserTid", key.DelegatedTenantId.Length > 0 ? key.DelegatedTenantId : null);
                xml.WriteElementString("Value", Convert.ToBase64String(value));
                xml.WriteEndElement();
            }),
            cancellationToken);
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
