using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Atrium.Server.Identity.Tokens;

/// <summary>
/// The framework's authentication brings its Data Protection along, which would write a key to the home folder of whoever starts the server. Nothing
/// here uses it, so its keys stay in memory.
/// </summary>
internal static class NoDataProtection
{
    public static IServiceCollection KeepDataProtectionInMemory(this IServiceCollection services) => services.Configure<KeyManagementOptions>(options =>
    {
        options.XmlRepository = new Memory();
        options.XmlEncryptor = new NullXmlEncryptor();
    });

    private sealed class Memory : IXmlRepository
    {
        private readonly List<XElement> elements = [];

        public IReadOnlyCollection<XElement> GetAllElements()
        {
            lock (elements)
            {
                return [.. elements.Select(e => new XElement(e))];
            }
        }

        public void StoreElement(XElement element, string friendlyName)
        {
            lock (elements)
            {
                elements.Add(new(element));
            }
        }
    }
}
