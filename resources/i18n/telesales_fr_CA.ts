<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr_CA" sourcelanguage="en_US">
<context>
    <name>AmountDialog</name>
    <message>
        <source>Amount</source>
        <translation>Montant</translation>
    </message>
</context>
<context>
    <name>ChipRow</name>
    <message>
        <source>All</source>
        <translation>Toutes</translation>
    </message>
</context>
<context>
    <name>ConfirmDialog</name>
    <message>
        <source>Do nothing (Esc)</source>
        <translation>Ne rien faire (Échap)</translation>
    </message>
</context>
<context>
    <name>ConnectionPanel</name>
    <message>
        <source>Connection</source>
        <translation>Connexion</translation>
    </message>
</context>
<context>
    <name>DetailsCard</name>
    <message>
        <source>Customer and order</source>
        <translation>Client et commande</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>Client</translation>
    </message>
    <message>
        <source>Mobile</source>
        <translation>Mobile</translation>
    </message>
    <message>
        <source>E-mail</source>
        <translation>Courriel</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Items</source>
        <translation>Articles</translation>
    </message>
    <message>
        <source>Shipping</source>
        <translation>Livraison</translation>
    </message>
    <message>
        <source>Tax</source>
        <translation>Taxes</translation>
    </message>
    <message>
        <source>Discount</source>
        <translation>Rabais</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Total</translation>
    </message>
    <message>
        <source>Store</source>
        <translation>Magasin</translation>
    </message>
    <message>
        <source>Payment</source>
        <translation>Paiement</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Lien</translation>
    </message>
    <message>
        <source>Transaction</source>
        <translation>Transaction</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Note</translation>
    </message>
    <message>
        <source>expiry not known, often 7 days</source>
        <translation>échéance inconnue, souvent 7&#xa0;jours</translation>
    </message>
    <message>
        <source>expired {at}</source>
        <translation>échu {at}</translation>
    </message>
    <message>
        <source>opens until {moment}</source>
        <translation>échéance&#xa0;: {moment}</translation>
    </message>
</context>
<context>
    <name>DonePage</name>
    <message>
        <source>Ready</source>
        <translation>Tout est prêt</translation>
    </message>
    <message>
        <source>Webhooks must be switched on by Affirm. Send this request to your contact at Affirm; until they work, the window says that none was seen yet.</source>
        <translation>C&apos;est Affirm qui active les webhooks. Envoyez cette demande à votre contact chez Affirm; d&apos;ici là, la fenêtre indique qu&apos;aucun n&apos;a encore été reçu.</translation>
    </message>
</context>
<context>
    <name>DraftsList</name>
    <message numerus="yes">
        <source>%n older…</source>
        <translation>
            <numerusform>%n plus ancien…</numerusform>
            <numerusform>%n plus anciens…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n parked</source>
        <translation>
            <numerusform>%n mis de côté</numerusform>
            <numerusform>%n mis de côté</numerusform>
        </translation>
    </message>
    <message>
        <source>No name yet</source>
        <translation>Sans nom pour l&apos;instant</translation>
    </message>
    <message>
        <source>Take up the parked form of {name}</source>
        <translation>Reprendre le formulaire mis de côté de {name}</translation>
    </message>
    <message>
        <source>Delete the parked form of {name}</source>
        <translation>Supprimer le formulaire mis de côté de {name}</translation>
    </message>
</context>
<context>
    <name>FormHead</name>
    <message>
        <source>Park</source>
        <translation>Mettre de côté</translation>
    </message>
    <message>
        <source>Keep this form for later and start another (Ctrl+D)</source>
        <translation>Garder ce formulaire pour plus tard et en commencer un autre (Ctrl+D)</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>Rétablir</translation>
    </message>
    <message>
        <source>Fill the form with what was cleared (Ctrl+B)</source>
        <translation>Remplir le formulaire avec ce qui a été vidé (Ctrl+B)</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Vider</translation>
    </message>
</context>
<context>
    <name>FormPresenter</name>
    <message>
        <source>{sentence} The form is parked.</source>
        <translation>{sentence} Le formulaire est mis de côté.</translation>
    </message>
</context>
<context>
    <name>HeaderBar</name>
    <message>
        <source>Search orders</source>
        <translation>Rechercher une commande</translation>
    </message>
    <message>
        <source>Search orders (Ctrl+K)</source>
        <translation>Rechercher (Ctrl+K)</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Réglages</translation>
    </message>
    <message>
        <source>Who works here, and settings ({keys})</source>
        <translation>Qui travaille ici, et réglages ({keys})</translation>
    </message>
    <message>
        <source>{name}: who works here, and settings</source>
        <translation>{name}&#xa0;: qui travaille ici, et réglages</translation>
    </message>
    <message>
        <source>Practice · {country}</source>
        <translation>Exercice · {country}</translation>
    </message>
    <message>
        <source>Sandbox · {country}</source>
        <translation>Bac à sable · {country}</translation>
    </message>
    <message>
        <source>Live · {country}</source>
        <translation>Production · {country}</translation>
    </message>
    <message>
        <source>Inbox {count}</source>
        <translation>Nouvelles {count}</translation>
    </message>
    <message>
        <source>Inbox</source>
        <translation>Nouvelles</translation>
    </message>
    <message numerus="yes">
        <source>Inbox, %n unread</source>
        <translation>
            <numerusform>Nouvelles, %n non lue</numerusform>
            <numerusform>Nouvelles, %n non lues</numerusform>
        </translation>
    </message>
    <message>
        <source>News for you (Ctrl+I)</source>
        <translation>Vos nouvelles (Ctrl+I)</translation>
    </message>
</context>
<context>
    <name>InboxPanel</name>
    <message>
        <source>News</source>
        <translation>Nouvelles</translation>
    </message>
    <message>
        <source>Mark all as read</source>
        <translation>Tout marquer comme lu</translation>
    </message>
    <message>
        <source>No news yet. What happens to your orders is told here.</source>
        <translation>Rien de neuf. Ce qui arrive à vos commandes s&apos;affiche ici.</translation>
    </message>
</context>
<context>
    <name>ItemsEditor</name>
    <message>
        <source>Add an item</source>
        <translation>Ajouter un article</translation>
    </message>
    <message>
        <source>Add an item (Enter in the last price)</source>
        <translation>Ajouter un article (Entrée dans le dernier prix)</translation>
    </message>
    <message>
        <source>Item {number}, {field}</source>
        <translation>Article {number}, {field}</translation>
    </message>
    <message>
        <source>Remove item {number} (Ctrl+Minus)</source>
        <translation>Retirer l&apos;article {number} (Ctrl+Moins)</translation>
    </message>
</context>
<context>
    <name>KeysPage</name>
    <message>
        <source>The keys from Affirm</source>
        <translation>Les clés d&apos;Affirm</translation>
    </message>
    <message>
        <source>You find them in Affirm&apos;s merchant portal under API keys. Use the pair made for telesales. They are kept in this computer&apos;s keyring, nowhere else.</source>
        <translation>Elles se trouvent dans le portail marchand d&apos;Affirm, sous les clés d&apos;API. Prenez la paire prévue pour la vente par téléphone. Elles restent dans le trousseau de cet ordinateur, nulle part ailleurs.</translation>
    </message>
    <message>
        <source>Public API key</source>
        <translation>Clé d&apos;API publique</translation>
    </message>
    <message>
        <source>Private API key</source>
        <translation>Clé d&apos;API privée</translation>
    </message>
</context>
<context>
    <name>KeysPanel</name>
    <message>
        <source>Keyboard</source>
        <translation>Clavier</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>Partout</translation>
    </message>
    <message>
        <source>In the form</source>
        <translation>Dans le formulaire</translation>
    </message>
    <message>
        <source>For the chosen order, where its state allows it</source>
        <translation>Pour la commande choisie, si son état le permet</translation>
    </message>
    <message>
        <source>this list</source>
        <translation>cette liste</translation>
    </message>
    <message>
        <source>new order: the form, first field</source>
        <translation>nouvelle commande&#xa0;: le formulaire, premier champ</translation>
    </message>
    <message>
        <source>search orders; Enter goes to the list</source>
        <translation>chercher une commande; Entrée passe à la liste</translation>
    </message>
    <message>
        <source>from the form to the list, to the chosen order, and round</source>
        <translation>du formulaire à la liste, puis à la commande choisie, et ainsi de suite</translation>
    </message>
    <message>
        <source>inbox: news for you</source>
        <translation>nouvelles&#xa0;: ce qui vous concerne</translation>
    </message>
    <message>
        <source>who works here, and settings</source>
        <translation>qui travaille ici, et réglages</translation>
    </message>
    <message>
        <source>close what lies over the window</source>
        <translation>fermer ce qui couvre la fenêtre</translation>
    </message>
    <message>
        <source>read back to the customer, then send</source>
        <translation>relire au client, puis envoyer</translation>
    </message>
    <message>
        <source>after the last price: another item</source>
        <translation>après le dernier prix&#xa0;: un autre article</translation>
    </message>
    <message>
        <source>remove this item</source>
        <translation>retirer cet article</translation>
    </message>
    <message>
        <source>park this form and start another</source>
        <translation>mettre ce formulaire de côté et en commencer un autre</translation>
    </message>
    <message>
        <source>bring back what was cleared</source>
        <translation>rétablir ce qui a été vidé</translation>
    </message>
</context>
<context>
    <name>LockPage</name>
    <message>
        <source>Locked with this computer</source>
        <translation>Verrouillée avec cet ordinateur</translation>
    </message>
    <message>
        <source>Who works here now? What was typed is kept.</source>
        <translation>Qui travaille ici maintenant? Ce qui a été saisi est conservé.</translation>
    </message>
    <message>
        <source>What was typed is kept.</source>
        <translation>Ce qui a été saisi est conservé.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Continuer</translation>
    </message>
</context>
<context>
    <name>MerchantPage</name>
    <message>
        <source>Your business and you</source>
        <translation>Votre entreprise et vous</translation>
    </message>
    <message>
        <source>The customer sees the merchant&apos;s name on Affirm&apos;s page.</source>
        <translation>Le client voit le nom du marchand sur la page d&apos;Affirm.</translation>
    </message>
    <message>
        <source>Merchant name</source>
        <translation>Nom du marchand</translation>
    </message>
    <message>
        <source>Your name, as colleagues know you</source>
        <translation>Votre nom, tel que vos collègues le connaissent</translation>
    </message>
    <message>
        <source>Store (may stay empty)</source>
        <translation>Magasin (facultatif)</translation>
    </message>
    <message>
        <source>Entity (may stay empty)</source>
        <translation>Entité (facultatif)</translation>
    </message>
    <message>
        <source>Address after confirming</source>
        <translation>Adresse après la confirmation</translation>
    </message>
    <message>
        <source>Address after cancelling</source>
        <translation>Adresse après un abandon</translation>
    </message>
    <message>
        <source>GET: works with any web page</source>
        <translation>GET&#xa0;: convient à toute page Web</translation>
    </message>
    <message>
        <source>POST: Affirm&apos;s own default</source>
        <translation>POST&#xa0;: le choix par défaut d&apos;Affirm</translation>
    </message>
    <message>
        <source>How the browser comes back</source>
        <translation>Retour du navigateur</translation>
    </message>
    <message>
        <source>Where the customer&apos;s browser goes afterwards. Empty: the relay&apos;s own pages.</source>
        <translation>Où le navigateur du client est renvoyé ensuite. Vide&#xa0;: les pages du relais.</translation>
    </message>
    <message>
        <source>Where the customer&apos;s browser goes afterwards: two pages of your web site.</source>
        <translation>Où le navigateur du client est renvoyé ensuite&#xa0;: deux pages de votre site.</translation>
    </message>
</context>
<context>
    <name>OrderDetail</name>
    <message>
        <source>Close the order (Esc)</source>
        <translation>Fermer la commande (Échap)</translation>
    </message>
    <message>
        <source>Choose an order to see what happened and what can be done.</source>
        <translation>Choisissez une commande pour voir ce qui s&apos;est passé et ce qui peut être fait.</translation>
    </message>
    <message>
        <source>Order {number} · {customer}</source>
        <translation>Commande {number} · {customer}</translation>
    </message>
    <message>
        <source>What happened is told at its own desk.</source>
        <translation>L&apos;historique se lit à son propre poste.</translation>
    </message>
    <message>
        <source>{state} · {since} · next: {actor}</source>
        <translation>{state} · {since} · à suivre&#xa0;: {actor}</translation>
    </message>
    <message>
        <source>No proof from Affirm yet</source>
        <translation>Aucune preuve d&apos;Affirm encore</translation>
    </message>
    <message>
        <source>Last proof from Affirm: {since}</source>
        <translation>Dernière preuve d&apos;Affirm&#xa0;: {since}</translation>
    </message>
</context>
<context>
    <name>OrderFields</name>
    <message>
        <source>Customer</source>
        <translation>Client</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Commande</translation>
    </message>
    <message>
        <source>Pays with</source>
        <translation>Paie par</translation>
    </message>
    <message>
        <source>Pays with {payment}</source>
        <translation>Paie par {payment}</translation>
    </message>
</context>
<context>
    <name>OrderForm</name>
    <message>
        <source>Read back and send (Ctrl+Enter)</source>
        <translation>Relire et envoyer (Ctrl+Entrée)</translation>
    </message>
    <message>
        <source>Sending makes a new link. The old one still opens; we will not accept it.</source>
        <translation>L&apos;envoi crée un nouveau lien. L&apos;ancien s&apos;ouvre encore; nous ne l&apos;accepterons pas.</translation>
    </message>
    <message>
        <source>No text is sent here: an e-mail is needed, and you can copy the link afterwards.</source>
        <translation>Aucun texto ne part d&apos;ici&#xa0;: un courriel est requis, et le lien pourra être copié.</translation>
    </message>
    <message>
        <source>Texts are not certain in Canada: an e-mail is needed too.</source>
        <translation>Au Canada, le texto n&apos;est pas assuré&#xa0;: un courriel est aussi requis.</translation>
    </message>
    <message>
        <source>Nothing goes to Affirm: the order is kept as a record.</source>
        <translation>Rien n&apos;est transmis à Affirm&#xa0;: la commande est gardée pour mémoire.</translation>
    </message>
    <message>
        <source>Affirm sends the link by e-mail. No text is sent here; you can copy the link.</source>
        <translation>Affirm envoie le lien par courriel. Aucun texto ne part d&apos;ici; vous pourrez copier le lien.</translation>
    </message>
    <message>
        <source>Affirm sends the link by e-mail, and perhaps by text.</source>
        <translation>Affirm envoie le lien par courriel, et peut-être par texto.</translation>
    </message>
    <message>
        <source>Affirm sends the link by text and, if there is an address, by e-mail.</source>
        <translation>Affirm envoie le lien par texto et, s&apos;il y a une adresse, par courriel.</translation>
    </message>
    <message>
        <source>Correcting order {number}</source>
        <translation>Correction de la commande {number}</translation>
    </message>
    <message>
        <source>New order (F2)</source>
        <translation>Nouvelle commande (F2)</translation>
    </message>
    <message>
        <source>Asking Affirm to send the link. You can go on with another order.</source>
        <translation>Demande d&apos;envoi du lien à Affirm. Vous pouvez passer à une autre commande.</translation>
    </message>
    <message>
        <source>New order meanwhile (F2)</source>
        <translation>Autre commande entre-temps (F2)</translation>
    </message>
    <message>
        <source>Type the total: it is compared with the sum of its parts.</source>
        <translation>Saisissez le total&#xa0;: il est comparé à la somme.</translation>
    </message>
    <message>
        <source>the parts make {computed}</source>
        <translation>les parties donnent {computed}</translation>
    </message>
    <message>
        <source>= ok, to the cent</source>
        <translation>= exact, au cent près</translation>
    </message>
    <message>
        <source>the parts make {computed}: {difference} apart</source>
        <translation>les parties donnent {computed}&#xa0;: écart de {difference}</translation>
    </message>
</context>
<context>
    <name>OrderListModel</name>
    <message>
        <source>{state}, new</source>
        <translation>{state}, nouveau</translation>
    </message>
</context>
<context>
    <name>OrdersPanel</name>
    <message>
        <source>Orders</source>
        <translation>Commandes</translation>
    </message>
    <message>
        <source>Mine</source>
        <translation>Les miennes</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>Agent</translation>
    </message>
    <message>
        <source>Every agent</source>
        <translation>Tous les agents</translation>
    </message>
    <message>
        <source>Store</source>
        <translation>Magasin</translation>
    </message>
    <message>
        <source>Every store</source>
        <translation>Tous les magasins</translation>
    </message>
    <message>
        <source>Loading the orders…</source>
        <translation>Chargement des commandes…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Every state</source>
        <translation>Tous les états</translation>
    </message>
    <message>
        <source>No orders yet</source>
        <translation>Aucune commande encore</translation>
    </message>
    <message numerus="yes">
        <source>%n state(s)</source>
        <translation>
            <numerusform>%n état</numerusform>
            <numerusform>%n états</numerusform>
        </translation>
    </message>
    <message>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <source>Filter by state: {states}</source>
        <translation>Filtrer par état&#xa0;: {states}</translation>
    </message>
    <message>
        <source>No order fits this search and these filters.</source>
        <translation>Aucune commande ne correspond à cette recherche et à ces filtres.</translation>
    </message>
    <message>
        <source>Show all orders</source>
        <translation>Afficher toutes les commandes</translation>
    </message>
    <message>
        <source>No orders yet. Those of your colleagues show up here.</source>
        <translation>Aucune commande encore. Celles de vos collègues apparaîtront ici.</translation>
    </message>
    <message>
        <source>No orders yet. Type the first one in the form; it shows up here.</source>
        <translation>Aucune commande encore. Saisissez la première dans le formulaire; elle apparaîtra ici.</translation>
    </message>
    <message>
        <source>New order (F2)</source>
        <translation>Nouvelle commande (F2)</translation>
    </message>
    <message>
        <source>{state}: {customer}</source>
        <translation>{state}&#xa0;: {customer}</translation>
    </message>
    <message numerus="yes">
        <source>{text} and %n more</source>
        <translation>
            <numerusform>{text} et %n autre</numerusform>
            <numerusform>{text} et %n autres</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OrdersPresenter</name>
    <message>
        <source>Older orders could not be searched. {reason}</source>
        <translation>La recherche dans les commandes plus anciennes a échoué. {reason}</translation>
    </message>
    <message>
        <source>The link is copied.</source>
        <translation>Le lien est copié.</translation>
    </message>
</context>
<context>
    <name>Panel</name>
    <message>
        <source>Close (Esc)</source>
        <translation>Fermer (Échap)</translation>
    </message>
</context>
<context>
    <name>PersonDialog</name>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Looking up colleagues…</source>
        <translation>Recherche des collègues…</translation>
    </message>
    <message>
        <source>Choose a colleague</source>
        <translation>Choisissez un collègue</translation>
    </message>
    <message>
        <source>Colleague</source>
        <translation>Collègue</translation>
    </message>
</context>
<context>
    <name>PlacePage</name>
    <message>
        <source>Where do you sell?</source>
        <translation>Où vendez-vous?</translation>
    </message>
    <message>
        <source>Each environment and each country has its own keys at Affirm. Start in the sandbox; nobody pays there.</source>
        <translation>Chaque environnement et chaque pays a ses propres clés chez Affirm. Commencez par le bac à sable; personne n&apos;y paie.</translation>
    </message>
    <message>
        <source>Sandbox: to try things out, no text messages, no money</source>
        <translation>Bac à sable&#xa0;: pour essayer, sans textos ni argent</translation>
    </message>
    <message>
        <source>Live: real customers and real money</source>
        <translation>Production&#xa0;: de vrais clients et de l&apos;argent réel</translation>
    </message>
    <message>
        <source>Practice: a stand-in for Affirm on this computer</source>
        <translation>Exercice&#xa0;: un substitut d&apos;Affirm sur cet ordinateur</translation>
    </message>
    <message>
        <source>Environment</source>
        <translation>Environnement</translation>
    </message>
    <message>
        <source>Country</source>
        <translation>Pays</translation>
    </message>
    <message>
        <source>United States, US dollars</source>
        <translation>États-Unis, dollars américains</translation>
    </message>
    <message>
        <source>Canada, Canadian dollars</source>
        <translation>Canada, dollars canadiens</translation>
    </message>
    <message>
        <source>Address of the stand-in</source>
        <translation>Adresse du substitut</translation>
    </message>
</context>
<context>
    <name>ReadBack</name>
    <message>
        <source>Read this back to the customer</source>
        <translation>À relire au client</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Mobile</source>
        <translation>Mobile</translation>
    </message>
    <message>
        <source>E-mail</source>
        <translation>Courriel</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Commande</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Total</translation>
    </message>
    <message>
        <source>Back (Esc)</source>
        <translation>Retour (Échap)</translation>
    </message>
    <message>
        <source>Send the link (Ctrl+Enter)</source>
        <translation>Envoyer le lien (Ctrl+Entrée)</translation>
    </message>
    <message>
        <source>Keep it (Ctrl+Enter)</source>
        <translation>Conserver (Ctrl+Entrée)</translation>
    </message>
</context>
<context>
    <name>RebuildReport</name>
    <message>
        <source>Go on</source>
        <translation>Continuer</translation>
    </message>
</context>
<context>
    <name>RelayPage</name>
    <message>
        <source>The relay</source>
        <translation>Le relais</translation>
    </message>
    <message>
        <source>The relay brings news from Affirm at once and lets colleagues see each other&apos;s orders. Everything also works without one; news then takes a little longer.</source>
        <translation>Le relais apporte aussitôt les nouvelles d&apos;Affirm et permet aux collègues de voir leurs commandes respectives. Tout fonctionne aussi sans relais; les nouvelles prennent alors un peu plus de temps.</translation>
    </message>
    <message>
        <source>Does your company run a relay?</source>
        <translation>Votre entreprise a-t-elle un relais?</translation>
    </message>
    <message>
        <source>Yes, I have its address and a code</source>
        <translation>Oui, j&apos;ai son adresse et un code</translation>
    </message>
    <message>
        <source>No relay</source>
        <translation>Aucun relais</translation>
    </message>
    <message>
        <source>Relay address</source>
        <translation>Adresse du relais</translation>
    </message>
    <message>
        <source>One-time code</source>
        <translation>Code à usage unique</translation>
    </message>
    <message>
        <source>Webhook address for Affirm, as telesales-relay init printed it (optional)</source>
        <translation>Adresse du webhook pour Affirm, telle qu&apos;affichée par telesales-relay init (facultatif)</translation>
    </message>
</context>
<context>
    <name>RequestDialog</name>
    <message>
        <source>Webhooks from Affirm</source>
        <translation>Webhooks d&apos;Affirm</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>Fermer (Échap)</translation>
    </message>
</context>
<context>
    <name>RequestText</name>
    <message>
        <source>Request to Affirm&apos;s account team</source>
        <translation>Demande à l&apos;équipe d&apos;Affirm</translation>
    </message>
    <message>
        <source>Copy the request</source>
        <translation>Copier la demande</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>Copié.</translation>
    </message>
</context>
<context>
    <name>SettingsPanel</name>
    <message>
        <source>Settings</source>
        <translation>Réglages</translation>
    </message>
    <message>
        <source>One-time code</source>
        <translation>Code à usage unique</translation>
    </message>
    <message>
        <source>Enrol</source>
        <translation>Inscrire</translation>
    </message>
    <message>
        <source>Open the set-up…</source>
        <translation>Ouvrir la configuration…</translation>
    </message>
    <message>
        <source>Keyboard (F1)</source>
        <translation>Clavier (F1)</translation>
    </message>
    <message>
        <source>People at this computer</source>
        <translation>Personnes à cet ordinateur</translation>
    </message>
    <message>
        <source>Another person</source>
        <translation>Une autre personne</translation>
    </message>
    <message>
        <source>IT makes a code for each person: telesales-relay enrol. It works once.</source>
        <translation>Le service informatique crée un code pour chaque personne&#xa0;: telesales-relay enrol. Il ne sert qu&apos;une fois.</translation>
    </message>
    <message>
        <source>{name} ({role})</source>
        <translation>{name} ({role})</translation>
    </message>
    <message>
        <source>{person}, works here now</source>
        <translation>{person}, travaille ici maintenant</translation>
    </message>
    <message>
        <source>Work as this person</source>
        <translation>Travailler sous ce nom</translation>
    </message>
    <message>
        <source>Work as {name}</source>
        <translation>Travailler sous le nom de {name}</translation>
    </message>
    <message>
        <source>Leave…</source>
        <translation>Quitter…</translation>
    </message>
    <message>
        <source>Let {name} leave this computer</source>
        <translation>Faire quitter cet ordinateur à {name}</translation>
    </message>
    <message>
        <source>Type the code that IT has made for this person.</source>
        <translation>Saisissez le code que le service informatique a créé pour cette personne.</translation>
    </message>
</context>
<context>
    <name>SettingsPresenter</name>
    <message>
        <source>Practice knows one person only.</source>
        <translation>L&apos;exercice ne connaît qu&apos;une personne.</translation>
    </message>
    <message>
        <source>This profile has no relay, so it knows one person: {name}. The name is changed in the set-up.</source>
        <translation>Ce profil n&apos;a pas de relais et ne connaît donc qu&apos;une personne&#xa0;: {name}. Le nom se change dans la configuration.</translation>
    </message>
    <message>
        <source>Nobody is enrolled at this computer yet.</source>
        <translation>Personne n&apos;est encore inscrit à cet ordinateur.</translation>
    </message>
    <message>
        <source>Each person&apos;s orders carry their own name. Orders and drafts stay on this computer, whoever works here.</source>
        <translation>Les commandes de chacun portent son nom. Commandes et brouillons restent sur cet ordinateur, peu importe qui y travaille.</translation>
    </message>
    <message>
        <source>Leave this computer?</source>
        <translation>Quitter cet ordinateur?</translation>
    </message>
    <message>
        <source>{name} can work here again only with a new code from IT.</source>
        <translation>{name} ne pourra y travailler de nouveau qu&apos;avec un nouveau code du service informatique.</translation>
    </message>
    <message>
        <source>The relay forgets this computer&apos;s token for {name} at once. Orders stay in this computer&apos;s journal; hand over first what a colleague should go on with.</source>
        <translation>Le relais oublie tout de suite le jeton de cet ordinateur pour {name}. Les commandes restent dans le journal de cet ordinateur; confiez d&apos;abord celles qu&apos;un collègue doit poursuivre.</translation>
    </message>
    <message>
        <source>Let {name} leave</source>
        <translation>Faire quitter {name}</translation>
    </message>
    <message>
        <source>{name} has left this computer.</source>
        <translation>{name} a quitté cet ordinateur.</translation>
    </message>
</context>
<context>
    <name>SetupAssistant</name>
    <message>
        <source>Telesales: set-up</source>
        <translation>Telesales&#xa0;: configuration</translation>
    </message>
    <message>
        <source>Environment</source>
        <translation>Environnement</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Clés</translation>
    </message>
    <message>
        <source>Relay</source>
        <translation>Relais</translation>
    </message>
    <message>
        <source>Business</source>
        <translation>Entreprise</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Prêt</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Retour</translation>
    </message>
    <message>
        <source>Open the window</source>
        <translation>Ouvrir la fenêtre</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Suivant</translation>
    </message>
    <message>
        <source>Check and save</source>
        <translation>Vérifier et enregistrer</translation>
    </message>
    <message>
        <source>check this</source>
        <translation>à vérifier</translation>
    </message>
</context>
<context>
    <name>SetupPresenter</name>
    <message>
        <source>Trying the keyring and the keys at Affirm…</source>
        <translation>Essai du trousseau et des clés auprès d&apos;Affirm…</translation>
    </message>
    <message>
        <source>Enrolling this computer at the relay…</source>
        <translation>Inscription de cet ordinateur au relais…</translation>
    </message>
    <message>
        <source>Checking and saving…</source>
        <translation>Vérification et enregistrement…</translation>
    </message>
    <message>
        <source>Go on untested</source>
        <translation>Continuer sans essai</translation>
    </message>
</context>
<context>
    <name>ShipmentDialog</name>
    <message>
        <source>Carrier</source>
        <translation>Transporteur</translation>
    </message>
    <message>
        <source>Shipment number</source>
        <translation>Numéro d&apos;expédition</translation>
    </message>
</context>
<context>
    <name>TimelineModel</name>
    <message>
        <source>When</source>
        <translation>Quand</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Ce qui s&apos;est passé</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Source</translation>
    </message>
</context>
<context>
    <name>TimelineView</name>
    <message>
        <source>Timeline</source>
        <translation>Historique</translation>
    </message>
</context>
<context>
    <name>VerdictDialog</name>
    <message>
        <source>It did not happen</source>
        <translation>Cela n&apos;a pas eu lieu</translation>
    </message>
    <message>
        <source>If it happened, Affirm&apos;s record shows it here by itself.</source>
        <translation>Si elle a eu lieu, le dossier d&apos;Affirm l&apos;indiquera ici de lui-même.</translation>
    </message>
</context>
<context>
    <name>WindowPresenter</name>
    <message>
        <source>Closing: what was begun is finished first. Nothing needs to be done.</source>
        <translation>Fermeture&#xa0;: ce qui est commencé se termine d&apos;abord. Rien n&apos;est à faire.</translation>
    </message>
    <message>
        <source>I have read it</source>
        <translation>C&apos;est lu</translation>
    </message>
</context>
<context>
    <name>columns</name>
    <message>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Numéro</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>Client</translation>
    </message>
    <message>
        <source>Amount</source>
        <translation>Montant</translation>
    </message>
    <message>
        <source>For</source>
        <translation>Depuis</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>À suivre</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>Agent</translation>
    </message>
    <message>
        <source>Workstation</source>
        <translation>Poste</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>Reste</translation>
    </message>
</context>
<context>
    <name>formats</name>
    <message>
        <source>at {clock}</source>
        <translation>à {clock}</translation>
    </message>
    <message>
        <source>on {date} at {clock}</source>
        <translation>le {date} à {clock}</translation>
    </message>
    <message>
        <source>{date}, {clock}</source>
        <translation>le {date} à {clock}</translation>
    </message>
    <message>
        <source>{n} s</source>
        <translation>{n} s</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} min</translation>
    </message>
    <message>
        <source>{n} h</source>
        <translation>{n} h</translation>
    </message>
    <message>
        <source>{n} d</source>
        <translation>{n} j</translation>
    </message>
    <message>
        <source>{elapsed} ago ({clock})</source>
        <translation>il y a {elapsed} ({clock})</translation>
    </message>
</context>
<context>
    <name>labels</name>
    <message>
        <source>Hello,

we sell by phone with Affirm (telesales) and ask you to set up webhooks for our account.

Merchant: {merchant}
Environment and country: {environment}, {country}
Webhook address: {address}
Events: sent, opened, approved, not_approved, more_information_needed, confirmed
Signing: please switch on webhook signatures (X-Affirm-Signature, HMAC-SHA512).
Basic authentication: {basic}
Data sharing: please tell us what is needed so that opened, approved and not_approved are sent too, not only confirmed.

Please also tell us how long a checkout link stays open, and whether text messages are sent for our country.

Thank you.</source>
        <translation>Bonjour,

nous vendons par téléphone avec Affirm et vous demandons d&apos;activer les webhooks pour notre compte.

Marchand&#xa0;: {merchant}
Environnement et pays&#xa0;: {environment}, {country}
Adresse du webhook&#xa0;: {address}
Événements&#xa0;: sent, opened, approved, not_approved, more_information_needed, confirmed
Signature&#xa0;: veuillez activer la signature des webhooks (X-Affirm-Signature, HMAC-SHA512).
Authentification de base&#xa0;: {basic}
Partage de données&#xa0;: veuillez nous dire ce qu&apos;il faut pour que opened, approved et not_approved soient envoyés aussi, et non seulement confirmed.

Veuillez aussi nous indiquer combien de temps un lien reste ouvert, et si des textos sont envoyés dans notre pays.

Merci.</translation>
    </message>
    <message>
        <source>none is set on our side; the address itself is secret</source>
        <translation>aucune de notre côté; l&apos;adresse elle-même est secrète</translation>
    </message>
    <message>
        <source>&lt;as printed by telesales-relay init: {base}/hooks/affirm/...&gt;</source>
        <translation>&lt;telle qu&apos;affichée par telesales-relay init&#xa0;: {base}/hooks/affirm/...&gt;</translation>
    </message>
    <message>
        <source>live</source>
        <translation>production</translation>
    </message>
    <message>
        <source>sandbox</source>
        <translation>bac à sable</translation>
    </message>
    <message>
        <source>simulator</source>
        <translation>simulateur</translation>
    </message>
    <message>
        <source>No relay</source>
        <translation>Sans relais</translation>
    </message>
    <message>
        <source>Relay: connecting</source>
        <translation>Relais&#xa0;: connexion</translation>
    </message>
    <message>
        <source>Relay: {elapsed} ago</source>
        <translation>Relais&#xa0;: il y a {elapsed}</translation>
    </message>
    <message>
        <source>Relay: no answer</source>
        <translation>Relais&#xa0;: sans réponse</translation>
    </message>
    <message>
        <source>Relay: not enrolled</source>
        <translation>Relais&#xa0;: non inscrit</translation>
    </message>
    <message>
        <source>This profile has no relay. The desk asks Affirm itself; news takes a little longer.</source>
        <translation>Ce profil n&apos;a pas de relais. Le poste interroge Affirm lui-même; les nouvelles prennent un peu plus de temps.</translation>
    </message>
    <message>
        <source>Waiting for the relay&apos;s first answer.</source>
        <translation>En attente de la première réponse du relais.</translation>
    </message>
    <message>
        <source>News comes through the relay at once.</source>
        <translation>Les nouvelles arrivent aussitôt par le relais.</translation>
    </message>
    <message>
        <source>The relay does not answer. The desk asks Affirm itself; no confirmation is missed.</source>
        <translation>Le relais ne répond pas. Le poste interroge Affirm lui-même; aucune confirmation n&apos;est perdue.</translation>
    </message>
    <message>
        <source>The relay does not know this computer any more. Ask IT for a new enrolment code. Meanwhile the desk asks Affirm itself.</source>
        <translation>Le relais ne reconnaît plus cet ordinateur. Demandez un nouveau code d&apos;inscription au service informatique. D&apos;ici là, le poste interroge Affirm lui-même.</translation>
    </message>
    <message>
        <source>Affirm: not asked yet</source>
        <translation>Affirm&#xa0;: pas encore interrogé</translation>
    </message>
    <message>
        <source>Affirm: ok</source>
        <translation>Affirm&#xa0;: ok</translation>
    </message>
    <message>
        <source>Affirm: no answer</source>
        <translation>Affirm&#xa0;: sans réponse</translation>
    </message>
    <message>
        <source>Affirm: busy</source>
        <translation>Affirm&#xa0;: occupé</translation>
    </message>
    <message>
        <source>Affirm: keys refused</source>
        <translation>Affirm&#xa0;: clés refusées</translation>
    </message>
    <message>
        <source>Affirm was not asked for anything yet.</source>
        <translation>Rien n&apos;a encore été demandé à Affirm.</translation>
    </message>
    <message>
        <source>Affirm answers.</source>
        <translation>Affirm répond.</translation>
    </message>
    <message>
        <source>Affirm cannot be reached. What you type is kept; links and commands must wait. We keep asking.</source>
        <translation>Affirm est injoignable. Ce que vous saisissez est conservé; les liens et les opérations doivent attendre. Nous continuons d&apos;essayer.</translation>
    </message>
    <message>
        <source>Affirm asks us to wait a little.</source>
        <translation>Affirm nous demande de patienter un peu.</translation>
    </message>
    <message>
        <source>Affirm does not accept this profile&apos;s keys. Nothing can be sent. Tell IT.</source>
        <translation>Affirm n&apos;accepte pas les clés de ce profil. Rien ne peut être envoyé. Prévenez le service informatique.</translation>
    </message>
    <message>
        <source>No webhook seen yet</source>
        <translation>Aucun webhook reçu</translation>
    </message>
    <message>
        <source>Affirm has not sent a webhook yet: Affirm&apos;s account team must switch them on. Until then the desk asks Affirm itself.</source>
        <translation>Affirm n&apos;a encore envoyé aucun webhook&#xa0;: son équipe doit les activer. D&apos;ici là, le poste interroge Affirm lui-même.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Rebuild…</source>
        <translation>Reconstruire…</translation>
    </message>
    <message>
        <source>Type the code</source>
        <translation>Saisir le code</translation>
    </message>
    <message>
        <source>Open the set-up</source>
        <translation>Ouvrir la configuration</translation>
    </message>
    <message>
        <source>This order is paid another way.</source>
        <translation>Cette commande est payée autrement.</translation>
    </message>
    <message>
        <source>This order is stopped until a supervisor decides.</source>
        <translation>Cette commande est arrêtée jusqu&apos;à la décision d&apos;un superviseur.</translation>
    </message>
    <message>
        <source>This order is already authorized, or being authorized.</source>
        <translation>Cette commande est déjà autorisée, ou en voie de l&apos;être.</translation>
    </message>
    <message>
        <source>The link is being sent. Wait for Affirm&apos;s answer.</source>
        <translation>L&apos;envoi du lien est en cours. Attendez la réponse d&apos;Affirm.</translation>
    </message>
    <message>
        <source>The customer already has a link. Resend it, or correct the order.</source>
        <translation>Le client a déjà un lien. Renvoyez-le, ou corrigez la commande.</translation>
    </message>
    <message>
        <source>The customer has used this link. It cannot be sent again.</source>
        <translation>Le client a utilisé ce lien. Il ne peut pas être renvoyé.</translation>
    </message>
    <message>
        <source>There is no open link for this order.</source>
        <translation>Cette commande n&apos;a aucun lien ouvert.</translation>
    </message>
    <message>
        <source>This link was replaced. Only a supervisor may accept it.</source>
        <translation>Ce lien a été remplacé. Seul un superviseur peut l&apos;accepter.</translation>
    </message>
    <message>
        <source>The link was sent a moment ago. Try again in {wait_s} s.</source>
        <translation>Le lien vient de partir. Réessayez dans {wait_s}&#xa0;s.</translation>
    </message>
    <message>
        <source>Nothing is authorized for this order yet.</source>
        <translation>Rien n&apos;est encore autorisé pour cette commande.</translation>
    </message>
    <message>
        <source>A command for this order is under way. Wait for Affirm&apos;s answer.</source>
        <translation>Une opération est en cours pour cette commande. Attendez la réponse d&apos;Affirm.</translation>
    </message>
    <message>
        <source>The hold has ended. The customer must apply again.</source>
        <translation>L&apos;autorisation est échue. Le client doit refaire sa demande.</translation>
    </message>
    <message>
        <source>The whole amount is already captured.</source>
        <translation>Le montant entier est déjà capturé.</translation>
    </message>
    <message>
        <source>Everything was already refunded.</source>
        <translation>Tout a déjà été remboursé.</translation>
    </message>
    <message>
        <source>Nothing is captured yet, so nothing can be refunded. Void the hold instead.</source>
        <translation>Rien n&apos;est encore capturé, donc rien à rembourser. Annulez plutôt l&apos;autorisation.</translation>
    </message>
    <message>
        <source>Money was captured, so the hold cannot be voided. Refund it instead.</source>
        <translation>Un montant a été capturé&#xa0;: l&apos;autorisation ne peut plus être annulée. Remboursez plutôt.</translation>
    </message>
    <message>
        <source>The hold was voided. Nothing more can be done.</source>
        <translation>L&apos;autorisation a été annulée. Plus rien n&apos;est possible.</translation>
    </message>
    <message>
        <source>The customer disputes this purchase. Answer in Affirm&apos;s portal.</source>
        <translation>Le client conteste cet achat. Répondez dans le portail d&apos;Affirm.</translation>
    </message>
    <message>
        <source>Affirm uses a word that we do not know, so nothing is done here.</source>
        <translation>Affirm emploie un mot qui nous est inconnu; rien n&apos;est donc fait ici.</translation>
    </message>
    <message>
        <source>The amount must be more than zero.</source>
        <translation>Le montant doit dépasser zéro.</translation>
    </message>
    <message>
        <source>That is more than is left. Up to {left} is possible.</source>
        <translation>C&apos;est plus que ce qui reste. Maximum possible&#xa0;: {left}.</translation>
    </message>
    <message>
        <source>This merchant&apos;s account takes the whole amount only.</source>
        <translation>Le compte de ce marchand ne permet que le montant entier.</translation>
    </message>
    <message>
        <source>This order is not stopped any more.</source>
        <translation>Cette commande n&apos;est plus arrêtée.</translation>
    </message>
    <message>
        <source>The command has already left. It cannot be dropped.</source>
        <translation>L&apos;opération est déjà partie. Elle ne peut plus être retirée.</translation>
    </message>
    <message>
        <source>That was asked for already. See the order.</source>
        <translation>Cela a déjà été demandé. Voyez la commande.</translation>
    </message>
    <message>
        <source>Affirm is being asked how this order stands. Try again in a moment.</source>
        <translation>Affirm est interrogé au sujet de cette commande. Réessayez dans un instant.</translation>
    </message>
    <message>
        <source>Another workstation may have a link of its own. Only a supervisor may accept it.</source>
        <translation>Un autre poste a peut-être son propre lien. Seul un superviseur peut l&apos;accepter.</translation>
    </message>
    <message>
        <source>The workstation that began it may still send it, for a day at most.</source>
        <translation>Le poste qui l&apos;a lancée peut encore l&apos;envoyer, au plus pendant un jour.</translation>
    </message>
    <message>
        <source>Nothing was refused for this order, so there is nothing to try again.</source>
        <translation>Rien n&apos;a été refusé pour cette commande; il n&apos;y a donc rien à réessayer.</translation>
    </message>
    <message>
        <source>The outcome is known by now. See the order.</source>
        <translation>Le résultat est maintenant connu. Voyez la commande.</translation>
    </message>
    <message>
        <source>We are still checking by ourselves. Give it ten minutes.</source>
        <translation>Nous vérifions encore de notre côté. Laissez passer dix minutes.</translation>
    </message>
    <message>
        <source>It was dropped before it left.</source>
        <translation>Elle a été retirée avant son départ.</translation>
    </message>
    <message>
        <source>Affirm could not be reached; nothing left this computer.</source>
        <translation>Affirm était injoignable; rien n&apos;a quitté cet ordinateur.</translation>
    </message>
    <message>
        <source>The computer slept before it left, so nothing was sent. Ask for it again.</source>
        <translation>L&apos;ordinateur s&apos;est mis en veille avant le départ; rien n&apos;a été envoyé. Demandez-le de nouveau.</translation>
    </message>
    <message>
        <source>Affirm&apos;s record shows that it did not happen.</source>
        <translation>Le dossier d&apos;Affirm montre que cela n&apos;a pas eu lieu.</translation>
    </message>
    <message>
        <source>A supervisor saw in Affirm&apos;s portal that it did not happen.</source>
        <translation>Un superviseur a constaté dans le portail d&apos;Affirm que cela n&apos;a pas eu lieu.</translation>
    </message>
    <message>
        <source>An authorization that happened shows here by itself, from Affirm&apos;s record. Choose “Ask Affirm now” and look again.</source>
        <translation>Une autorisation qui a eu lieu apparaît ici d&apos;elle-même, d&apos;après le dossier d&apos;Affirm. Choisissez «&#xa0;Interroger Affirm&#xa0;», puis regardez de nouveau.</translation>
    </message>
    <message>
        <source>Affirm is busy. Try again in a minute.</source>
        <translation>Affirm est occupé. Réessayez dans une minute.</translation>
    </message>
    <message>
        <source>Somebody else was faster and acts on this order now.</source>
        <translation>Quelqu&apos;un d&apos;autre a été plus rapide et s&apos;occupe maintenant de cette commande.</translation>
    </message>
    <message>
        <source>{name} has an order with this number. Nothing was sent: talk to them first.</source>
        <translation>{name} a déjà une commande portant ce numéro. Rien n&apos;a été envoyé&#xa0;: parlez-lui d&apos;abord.</translation>
    </message>
    <message>
        <source>Another desk has an order with this number. Nothing was sent: ask a supervisor.</source>
        <translation>Un autre poste a déjà une commande portant ce numéro. Rien n&apos;a été envoyé&#xa0;: consultez un superviseur.</translation>
    </message>
    <message>
        <source>The journal is not rebuilt to its end, so orders are missing. Nothing was sent. Go on with the rebuilding first.</source>
        <translation>La reconstruction du journal n&apos;est pas terminée&#xa0;: il manque des commandes. Rien n&apos;a été envoyé. Poursuivez d&apos;abord la reconstruction.</translation>
    </message>
    <message>
        <source>Another desk may know this order, so the relay must agree first, and it does not answer. Nothing was sent. Try again when it answers.</source>
        <translation>Un autre poste connaît peut-être cette commande&#xa0;: le relais doit d&apos;abord être d&apos;accord, et il ne répond pas. Rien n&apos;a été envoyé. Réessayez quand il répondra.</translation>
    </message>
    <message>
        <source>A command of this desk&apos;s has no answer yet. It is settled first, by itself.</source>
        <translation>Une opération de ce poste est encore sans réponse. Elle se règle d&apos;abord, d&apos;elle-même.</translation>
    </message>
    <message>
        <source>The relay does not have this order yet. Try again when it answers.</source>
        <translation>Le relais n&apos;a pas encore cette commande. Réessayez quand il répondra.</translation>
    </message>
    <message>
        <source>The relay&apos;s record does not fit this order, so it is not taken. Tell IT.</source>
        <translation>Le dossier du relais ne correspond pas à cette commande; elle n&apos;est donc pas reprise. Prévenez le service informatique.</translation>
    </message>
    <message>
        <source>The relay knows nobody of that name any more.</source>
        <translation>Le relais ne connaît plus personne de ce nom.</translation>
    </message>
    <message>
        <source>The relay knows nobody else. A colleague must enrol first.</source>
        <translation>Le relais ne connaît personne d&apos;autre. Un collègue doit d&apos;abord s&apos;inscrire.</translation>
    </message>
    <message>
        <source>This computer only shows orders. Tell whoever acts on it, or another supervisor.</source>
        <translation>Cet ordinateur ne fait qu&apos;afficher les commandes. Prévenez la personne qui s&apos;en occupe ou un autre superviseur.</translation>
    </message>
    <message>
        <source>Only its owner or a supervisor may do that with this order.</source>
        <translation>Seul son responsable ou un superviseur peut le faire pour cette commande.</translation>
    </message>
    <message>
        <source>The order was changed at the same moment. Look at it again.</source>
        <translation>La commande a été modifiée au même moment. Regardez-la de nouveau.</translation>
    </message>
    <message>
        <source>This computer has no order of that number.</source>
        <translation>Cet ordinateur n&apos;a aucune commande de ce numéro.</translation>
    </message>
    <message>
        <source>Only a supervisor may do that.</source>
        <translation>Seul un superviseur peut le faire.</translation>
    </message>
    <message>
        <source>The program is closing. Do it again after the next start.</source>
        <translation>Le programme se ferme. Refaites-le après le prochain démarrage.</translation>
    </message>
    <message>
        <source>That needs the relay, and this profile has none.</source>
        <translation>Il faut pour cela un relais, et ce profil n&apos;en a pas.</translation>
    </message>
    <message>
        <source>There is already an order with this number. Open it, or use another number.</source>
        <translation>Une commande porte déjà ce numéro. Ouvrez-la, ou prenez un autre numéro.</translation>
    </message>
    <message>
        <source>The profile lacks the addresses the customer returns to. IT must complete it.</source>
        <translation>Il manque au profil les adresses de retour du client. Le service informatique doit le compléter.</translation>
    </message>
    <message>
        <source>Affirm declined the authorization.</source>
        <translation>Affirm a refusé l&apos;autorisation.</translation>
    </message>
    <message>
        <source>Affirm declined the capture.</source>
        <translation>Affirm a refusé la capture.</translation>
    </message>
    <message>
        <source>That is more than is held.</source>
        <translation>C&apos;est plus que le montant réservé.</translation>
    </message>
    <message>
        <source>The amount is not the amount that is held.</source>
        <translation>Le montant diffère du montant réservé.</translation>
    </message>
    <message>
        <source>The hold was voided.</source>
        <translation>L&apos;autorisation a été annulée.</translation>
    </message>
    <message>
        <source>Affirm&apos;s limit for captures is reached.</source>
        <translation>La limite de captures d&apos;Affirm est atteinte.</translation>
    </message>
    <message>
        <source>This purchase can only be captured whole.</source>
        <translation>Cet achat ne peut être capturé qu&apos;en entier.</translation>
    </message>
    <message>
        <source>The hold has ended at Affirm.</source>
        <translation>L&apos;autorisation est échue chez Affirm.</translation>
    </message>
    <message>
        <source>It was captured before.</source>
        <translation>La capture a déjà été faite.</translation>
    </message>
    <message>
        <source>That is more than can be refunded.</source>
        <translation>C&apos;est plus que ce qui peut être remboursé.</translation>
    </message>
    <message>
        <source>Nothing is captured, so nothing can be refunded.</source>
        <translation>Rien n&apos;est capturé, donc rien à rembourser.</translation>
    </message>
    <message>
        <source>The purchase was voided.</source>
        <translation>L&apos;achat a été annulé.</translation>
    </message>
    <message>
        <source>Affirm&apos;s time for refunds is over.</source>
        <translation>Le délai de remboursement d&apos;Affirm est passé.</translation>
    </message>
    <message>
        <source>Affirm cannot use this: {field}.</source>
        <translation>Affirm ne peut pas utiliser ceci&#xa0;: {field}.</translation>
    </message>
    <message>
        <source>Affirm cannot use what was sent.</source>
        <translation>Affirm ne peut pas utiliser ce qui a été envoyé.</translation>
    </message>
    <message>
        <source>Affirm does not find it.</source>
        <translation>Affirm ne le trouve pas.</translation>
    </message>
    <message>
        <source>Affirm does not accept the keys. Tell IT.</source>
        <translation>Affirm n&apos;accepte pas les clés. Prévenez le service informatique.</translation>
    </message>
    <message>
        <source>The link has expired or was used. Send a new one.</source>
        <translation>Le lien est échu ou a été utilisé. Envoyez-en un nouveau.</translation>
    </message>
    <message>
        <source>Affirm says it is authorized already.</source>
        <translation>Selon Affirm, c&apos;est déjà autorisé.</translation>
    </message>
    <message>
        <source>Affirm says it is captured already.</source>
        <translation>Selon Affirm, c&apos;est déjà capturé.</translation>
    </message>
    <message>
        <source>Nothing is captured yet. Void it instead.</source>
        <translation>Rien n&apos;est encore capturé. Annulez plutôt.</translation>
    </message>
    <message>
        <source>It was voided and cannot be refunded.</source>
        <translation>L&apos;achat a été annulé et ne peut être remboursé.</translation>
    </message>
    <message>
        <source>It is captured already. Refund it instead.</source>
        <translation>C&apos;est déjà capturé. Remboursez plutôt.</translation>
    </message>
    <message>
        <source>It must be authorized before it can be voided.</source>
        <translation>Il faut d&apos;abord autoriser avant de pouvoir annuler.</translation>
    </message>
    <message>
        <source>The keys are missing. Tell IT.</source>
        <translation>Les clés manquent. Prévenez le service informatique.</translation>
    </message>
    <message>
        <source>Affirm does not know these keys. Check both for typing errors.</source>
        <translation>Affirm ne reconnaît pas ces clés. Vérifiez les deux, caractère par caractère.</translation>
    </message>
    <message>
        <source>These keys belong to another environment: sandbox and live have their own.</source>
        <translation>Ces clés sont celles d&apos;un autre environnement&#xa0;: le bac à sable et la production ont chacun les leurs.</translation>
    </message>
    <message>
        <source>These keys are switched off at Affirm. Make new ones in Affirm&apos;s portal.</source>
        <translation>Ces clés sont désactivées chez Affirm. Créez-en de nouvelles dans son portail.</translation>
    </message>
    <message>
        <source>Affirm&apos;s reason: {reason}.</source>
        <translation>Motif d&apos;Affirm&#xa0;: {reason}.</translation>
    </message>
    <message>
        <source>This computer has no keyring that keeps secrets. IT must install one.</source>
        <translation>Cet ordinateur n&apos;a pas de trousseau pour garder les secrets. Le service informatique doit en installer un.</translation>
    </message>
    <message>
        <source>The system&apos;s keyring is locked. Unlock it and try again.</source>
        <translation>Le trousseau du système est verrouillé. Déverrouillez-le, puis réessayez.</translation>
    </message>
    <message>
        <source>The system&apos;s keyring refused. Allow this program to use it.</source>
        <translation>Le trousseau du système a refusé. Autorisez ce programme à l&apos;utiliser.</translation>
    </message>
    <message>
        <source>The keyring found here is not one that we trust. IT must choose another.</source>
        <translation>Le trousseau trouvé ici n&apos;est pas de ceux auxquels nous nous fions. Le service informatique doit en choisir un autre.</translation>
    </message>
    <message>
        <source>The system&apos;s keyring does not answer. A question of its own may be open: look for it.</source>
        <translation>Le trousseau du système ne répond pas. Il attend peut-être une réponse dans sa propre fenêtre&#xa0;: cherchez-la.</translation>
    </message>
    <message>
        <source>The keyring holds no Affirm keys for this profile. Run the set-up.</source>
        <translation>Le trousseau ne contient aucune clé Affirm pour ce profil. Lancez la configuration.</translation>
    </message>
    <message>
        <source>Another copy of this program has the journal open. Close it, then try again.</source>
        <translation>Une autre copie de ce programme tient le journal ouvert. Fermez-la, puis réessayez.</translation>
    </message>
    <message>
        <source>The keyring&apos;s key does not open the journal. IT must restore the key or the journal.</source>
        <translation>La clé du trousseau n&apos;ouvre pas le journal. Le service informatique doit rétablir la clé ou le journal.</translation>
    </message>
    <message>
        <source>The journal is damaged, so no money moves. It can be rebuilt.</source>
        <translation>Le journal est endommagé&#xa0;: aucun montant ne bouge. Il peut être reconstruit.</translation>
    </message>
    <message>
        <source>The journal cannot be written, so no money moves: its folder is read-only. IT must see to it.</source>
        <translation>Impossible d&apos;écrire dans le journal&#xa0;: son dossier est en lecture seule, donc aucun montant ne bouge. Le service informatique doit s&apos;en occuper.</translation>
    </message>
    <message>
        <source>The disk is full, so no money moves and nothing is sent. Make room on it first.</source>
        <translation>Le disque est plein, donc aucun montant ne bouge et rien n&apos;est envoyé. Libérez d&apos;abord de l&apos;espace.</translation>
    </message>
    <message>
        <source>The journal lies on a network drive or in a synchronised folder. It must be on this computer.</source>
        <translation>Le journal se trouve sur un lecteur réseau ou dans un dossier synchronisé. Il doit être sur cet ordinateur.</translation>
    </message>
    <message>
        <source>The journal was written by a newer version. Update this program.</source>
        <translation>Le journal a été écrit par une version plus récente. Mettez ce programme à jour.</translation>
    </message>
    <message>
        <source>This profile&apos;s orders are of another environment or country, so no money moves. Set it up as it was, or start this program with another profile.</source>
        <translation>Les commandes de ce profil sont d&apos;un autre environnement ou d&apos;un autre pays; aucun argent ne bouge. Reconfigurez-le comme avant, ou lancez ce programme avec un autre profil.</translation>
    </message>
    <message>
        <source>The journal refused this: it would repeat something that may happen only once. Nothing was sent.</source>
        <translation>Le journal a refusé&#xa0;: cela répéterait ce qui ne peut se faire qu&apos;une fois. Rien n&apos;est parti.</translation>
    </message>
    <message>
        <source>The order was changed elsewhere at the same moment. Look at it again.</source>
        <translation>La commande a été modifiée ailleurs au même moment. Regardez-la de nouveau.</translation>
    </message>
    <message>
        <source>The journal is closed. Start this program again.</source>
        <translation>Le journal est fermé. Redémarrez ce programme.</translation>
    </message>
    <message>
        <source>The rebuilding of the journal was interrupted: orders are missing, so no money moves. Go on with it.</source>
        <translation>La reconstruction du journal a été interrompue&#xa0;: il manque des commandes, donc aucun montant ne bouge. Poursuivez-la.</translation>
    </message>
    <message>
        <source>The disk does not take what is written, so no money moves and nothing is sent. If it stays so, tell IT.</source>
        <translation>Le disque n&apos;accepte plus les écritures, donc aucun montant ne bouge et rien n&apos;est envoyé. Si cela persiste, avisez le service informatique.</translation>
    </message>
    <message>
        <source>The journal cannot be used.</source>
        <translation>Le journal est inutilisable.</translation>
    </message>
    <message>
        <source>Affirm cannot be reached. Nothing was sent; nothing is lost.</source>
        <translation>Affirm est injoignable. Rien n&apos;est parti; rien n&apos;est perdu.</translation>
    </message>
    <message>
        <source>Affirm asks us to wait. We try again in {wait_s} s.</source>
        <translation>Affirm nous demande de patienter. Nouvel essai dans {wait_s}&#xa0;s.</translation>
    </message>
    <message>
        <source>Affirm did not answer. We are checking; nothing needs to be repeated.</source>
        <translation>Affirm n&apos;a pas répondu. Nous vérifions; rien n&apos;est à refaire.</translation>
    </message>
    <message>
        <source>The relay does not know this computer. Ask IT for a new enrolment code.</source>
        <translation>Le relais ne reconnaît pas cet ordinateur. Demandez un nouveau code d&apos;inscription au service informatique.</translation>
    </message>
    <message>
        <source>The relay does not answer. The desk asks Affirm itself meanwhile.</source>
        <translation>Le relais ne répond pas. Entre-temps, le poste interroge Affirm lui-même.</translation>
    </message>
    <message>
        <source>The profile is not complete: {fields}.</source>
        <translation>Le profil est incomplet&#xa0;: {fields}.</translation>
    </message>
    <message>
        <source>That did not work ({code}).</source>
        <translation>Cela n&apos;a pas fonctionné ({code}).</translation>
    </message>
    <message>
        <source>Something went wrong inside this program. It was written to its log; nothing was repeated.</source>
        <translation>Une erreur s&apos;est produite dans ce programme. Elle est notée dans son fichier journal; rien n&apos;a été répété.</translation>
    </message>
    <message>
        <source>{sentence} Affirm&apos;s number for this call: {request_id}.</source>
        <translation>{sentence} Numéro d&apos;Affirm pour cet appel&#xa0;: {request_id}.</translation>
    </message>
    <message>
        <source>First name</source>
        <translation>Prénom</translation>
    </message>
    <message>
        <source>Last name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Mobile</source>
        <translation>Mobile</translation>
    </message>
    <message>
        <source>E-mail</source>
        <translation>Courriel</translation>
    </message>
    <message>
        <source>Street</source>
        <translation>Rue</translation>
    </message>
    <message>
        <source>Apartment, suite</source>
        <translation>App., bureau</translation>
    </message>
    <message>
        <source>City</source>
        <translation>Ville</translation>
    </message>
    <message>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <source>ZIP code</source>
        <translation>Code ZIP</translation>
    </message>
    <message>
        <source>Order number</source>
        <translation>N° de commande</translation>
    </message>
    <message>
        <source>Store</source>
        <translation>Magasin</translation>
    </message>
    <message>
        <source>Entity</source>
        <translation>Entité</translation>
    </message>
    <message>
        <source>Items</source>
        <translation>Articles</translation>
    </message>
    <message>
        <source>SKU</source>
        <translation>UGS</translation>
    </message>
    <message>
        <source>Item</source>
        <translation>Article</translation>
    </message>
    <message>
        <source>Qty</source>
        <translation>Qté</translation>
    </message>
    <message>
        <source>Unit price</source>
        <translation>Prix unitaire</translation>
    </message>
    <message>
        <source>Shipping</source>
        <translation>Livraison</translation>
    </message>
    <message>
        <source>Tax</source>
        <translation>Taxes</translation>
    </message>
    <message>
        <source>Discount</source>
        <translation>Rabais</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Total</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Note</translation>
    </message>
    <message>
        <source>Province</source>
        <translation>Province</translation>
    </message>
    <message>
        <source>Postal code</source>
        <translation>Code postal</translation>
    </message>
    <message>
        <source>not of this province</source>
        <translation>pas de cette province</translation>
    </message>
    <message>
        <source>{field}: this code is not of the province chosen.</source>
        <translation>{field}&#xa0;: ce code n&apos;est pas de la province choisie.</translation>
    </message>
    <message>
        <source>needed</source>
        <translation>requis</translation>
    </message>
    <message>
        <source>not valid</source>
        <translation>invalide</translation>
    </message>
    <message>
        <source>at most {limit} characters</source>
        <translation>{limit} caractères au plus</translation>
    </message>
    <message>
        <source>a card number</source>
        <translation>un numéro de carte</translation>
    </message>
    <message>
        <source>too short</source>
        <translation>trop court</translation>
    </message>
    <message>
        <source>not a mobile</source>
        <translation>pas un mobile</translation>
    </message>
    <message>
        <source>another country</source>
        <translation>autre pays</translation>
    </message>
    <message>
        <source>no domain after @</source>
        <translation>sans domaine</translation>
    </message>
    <message>
        <source>not of this state</source>
        <translation>pas de cet État</translation>
    </message>
    <message>
        <source>two decimals at most</source>
        <translation>deux décimales au plus</translation>
    </message>
    <message>
        <source>too large</source>
        <translation>trop élevé</translation>
    </message>
    <message>
        <source>at most {limit} lines</source>
        <translation>{limit} lignes au plus</translation>
    </message>
    <message>
        <source>below zero</source>
        <translation>inférieur à zéro</translation>
    </message>
    <message>
        <source>must be above zero</source>
        <translation>doit dépasser zéro</translation>
    </message>
    <message>
        <source>the same SKU twice</source>
        <translation>même UGS deux fois</translation>
    </message>
    <message>
        <source>the parts make {computed}</source>
        <translation>les parties donnent {computed}</translation>
    </message>
    <message>
        <source>refused by Affirm</source>
        <translation>refusé par Affirm</translation>
    </message>
    <message>
        <source>{field} is needed.</source>
        <translation>Champ requis&#xa0;: {field}.</translation>
    </message>
    <message>
        <source>{field}: this is not valid. Check it with the customer.</source>
        <translation>{field}&#xa0;: ce n&apos;est pas valide. Vérifiez avec le client.</translation>
    </message>
    <message>
        <source>{field}: this is not a mobile number, so it cannot receive the text.</source>
        <translation>{field}&#xa0;: ce n&apos;est pas un numéro de mobile; il ne peut pas recevoir le texto.</translation>
    </message>
    <message>
        <source>{field}: this belongs to another country than this profile&apos;s.</source>
        <translation>{field}&#xa0;: ceci relève d&apos;un autre pays que celui du profil.</translation>
    </message>
    <message>
        <source>{field}: this code is not of the state chosen.</source>
        <translation>{field}&#xa0;: ce code n&apos;est pas de l&apos;État choisi.</translation>
    </message>
    <message>
        <source>The parts make {computed}, not {total}. Correct the one that is wrong.</source>
        <translation>Les parties donnent {computed}, et non {total}. Corrigez ce qui est faux.</translation>
    </message>
    <message>
        <source>Two lines have the same SKU. Put them on one line and raise its quantity.</source>
        <translation>Deux lignes ont la même UGS. Réunissez-les en une seule et augmentez la quantité.</translation>
    </message>
    <message>
        <source>{field}: this looks like a card number. Never type one here; take it out.</source>
        <translation>{field}&#xa0;: ceci ressemble à un numéro de carte. N&apos;en saisissez jamais ici; retirez-le.</translation>
    </message>
    <message>
        <source>{field}: Affirm refused this. {reason}</source>
        <translation>{field}&#xa0;: refusé par Affirm. {reason}</translation>
    </message>
    <message>
        <source>{field}: {problem}.</source>
        <translation>{field}&#xa0;: {problem}.</translation>
    </message>
    <message>
        <source>Paid another way</source>
        <translation>Payée autrement</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Pas envoyée</translation>
    </message>
    <message>
        <source>Sending the link</source>
        <translation>Envoi du lien</translation>
    </message>
    <message>
        <source>Link refused</source>
        <translation>Lien refusé</translation>
    </message>
    <message>
        <source>May have been sent</source>
        <translation>Peut-être envoyée</translation>
    </message>
    <message>
        <source>Link sent</source>
        <translation>Lien envoyé</translation>
    </message>
    <message>
        <source>Opened</source>
        <translation>Ouverte</translation>
    </message>
    <message>
        <source>Approved</source>
        <translation>Approuvée</translation>
    </message>
    <message>
        <source>Affirm needs more</source>
        <translation>Affirm en demande plus</translation>
    </message>
    <message>
        <source>Not approved</source>
        <translation>Non approuvée</translation>
    </message>
    <message>
        <source>Said done, checking</source>
        <translation>Dite faite, à vérifier</translation>
    </message>
    <message>
        <source>Confirmed</source>
        <translation>Confirmée</translation>
    </message>
    <message>
        <source>Authorizing</source>
        <translation>Autorisation en cours</translation>
    </message>
    <message>
        <source>Not authorized</source>
        <translation>Non autorisée</translation>
    </message>
    <message>
        <source>Authorized</source>
        <translation>Autorisée</translation>
    </message>
    <message>
        <source>Asking Affirm</source>
        <translation>Demande à Affirm</translation>
    </message>
    <message>
        <source>Not confirmed yet</source>
        <translation>Pas encore confirmé</translation>
    </message>
    <message>
        <source>Does not match</source>
        <translation>Ne concorde pas</translation>
    </message>
    <message>
        <source>Link closed</source>
        <translation>Lien fermé</translation>
    </message>
    <message>
        <source>Link expired</source>
        <translation>Lien échu</translation>
    </message>
    <message>
        <source>Hold expired</source>
        <translation>Autorisation échue</translation>
    </message>
    <message>
        <source>Captured</source>
        <translation>Capturée</translation>
    </message>
    <message>
        <source>Partly captured</source>
        <translation>Capturée en partie</translation>
    </message>
    <message>
        <source>Partly refunded</source>
        <translation>Remboursée en partie</translation>
    </message>
    <message>
        <source>Refunded</source>
        <translation>Remboursée</translation>
    </message>
    <message>
        <source>Voided</source>
        <translation>Annulée</translation>
    </message>
    <message>
        <source>Disputed</source>
        <translation>Contestée</translation>
    </message>
    <message>
        <source>Refunded after dispute</source>
        <translation>Remboursée, litige</translation>
    </message>
    <message>
        <source>Unknown: {word}</source>
        <translation>Inconnu&#xa0;: {word}</translation>
    </message>
    <message>
        <source>Paid another way ({payment}). Kept here as a record; nothing goes to Affirm.</source>
        <translation>Payée autrement ({payment}). Gardée ici pour mémoire; rien n&apos;est transmis à Affirm.</translation>
    </message>
    <message>
        <source>Not sent yet.</source>
        <translation>Pas encore envoyée.</translation>
    </message>
    <message>
        <source>Asking Affirm to send the link.</source>
        <translation>Demande d&apos;envoi du lien à Affirm.</translation>
    </message>
    <message>
        <source>The link was not sent. {reason} The customer has received nothing.</source>
        <translation>Le lien n&apos;a pas été envoyé. {reason} Le client n&apos;a rien reçu.</translation>
    </message>
    <message>
        <source>We did not get Affirm&apos;s answer. Ask the customer whether the link arrived.</source>
        <translation>Affirm n&apos;a pas répondu. Demandez au client s&apos;il a reçu le lien.</translation>
    </message>
    <message>
        <source>Link sent by text and e-mail {at}. Waiting for the customer.</source>
        <translation>Lien envoyé par texto et courriel {at}. En attente du client.</translation>
    </message>
    <message>
        <source>The link was opened. (A mail scanner can do that too.)</source>
        <translation>Le lien a été ouvert. (Un filtre de courriel peut en être la cause.)</translation>
    </message>
    <message>
        <source>Approved. The customer is choosing a plan.</source>
        <translation>Approuvée. Le client choisit son plan.</translation>
    </message>
    <message>
        <source>Affirm needs more from the customer, on their device.</source>
        <translation>Affirm demande d&apos;autres renseignements au client, sur son appareil.</translation>
    </message>
    <message>
        <source>Affirm could not approve this purchase. Only the customer is told why. Offer another way to pay.</source>
        <translation>Affirm n&apos;a pas pu approuver cet achat. Seul le client en connaît la raison. Proposez un autre mode de paiement.</translation>
    </message>
    <message>
        <source>The customer seems to be done. We are asking Affirm; nothing is authorized yet.</source>
        <translation>Le client semble avoir terminé. Nous interrogeons Affirm; rien n&apos;est encore autorisé.</translation>
    </message>
    <message>
        <source>The customer has confirmed. Authorizing {amount} now.</source>
        <translation>Le client a confirmé. Autorisation de {amount} en cours.</translation>
    </message>
    <message>
        <source>The customer has confirmed. Authorizing {amount} now; stay on the line.</source>
        <translation>Le client a confirmé. Autorisation de {amount} en cours; restez en ligne.</translation>
    </message>
    <message>
        <source>The customer has confirmed, but Affirm refused to authorize. {reason}</source>
        <translation>Le client a confirmé, mais Affirm a refusé d&apos;autoriser. {reason}</translation>
    </message>
    <message>
        <source>Authorized for {amount}. You can close the sale. Capture by {capture_by}.</source>
        <translation>Autorisée pour {amount}. Vous pouvez conclure la vente. À capturer d&apos;ici le {capture_by}.</translation>
    </message>
    <message>
        <source>Asking Affirm. Nothing to do now.</source>
        <translation>Demande en cours auprès d&apos;Affirm. Rien à faire pour l&apos;instant.</translation>
    </message>
    <message>
        <source>We asked Affirm {at} and did not get the answer. We are checking. Nothing needs to be repeated.</source>
        <translation>Nous avons interrogé Affirm {at}, sans réponse. Nous vérifions. Rien n&apos;est à refaire.</translation>
    </message>
    <message>
        <source>Affirm&apos;s record does not match this order. A supervisor decides.</source>
        <translation>Le dossier d&apos;Affirm ne concorde pas avec cette commande. Un superviseur doit trancher.</translation>
    </message>
    <message>
        <source>This link is closed for us: it still opens, but we will not accept it. Send a new one if the customer still wants to pay with Affirm.</source>
        <translation>Ce lien est fermé pour nous&#xa0;: il s&apos;ouvre encore, mais nous ne l&apos;accepterons pas. Envoyez-en un nouveau si le client veut toujours payer avec Affirm.</translation>
    </message>
    <message>
        <source>The link expired {expired}. Send a new one if the customer still wants it.</source>
        <translation>Le lien est arrivé à échéance {expired}. Envoyez-en un nouveau si le client le souhaite encore.</translation>
    </message>
    <message>
        <source>The hold of {amount} ended before it was captured. No money is held any more; the customer must apply again.</source>
        <translation>L&apos;autorisation de {amount} est échue sans capture. Aucun montant n&apos;est plus réservé; le client doit refaire sa demande.</translation>
    </message>
    <message>
        <source>Captured: {captured} {at}. It can be refunded in full or in part.</source>
        <translation>Capturée&#xa0;: {captured} {at}. Remboursement possible, en entier ou en partie.</translation>
    </message>
    <message>
        <source>{captured} of {amount} is captured. The other {uncaptured} is held until {capture_by}.</source>
        <translation>{captured} capturés sur {amount}. Le reste, {uncaptured}, est réservé jusqu&apos;au {capture_by}.</translation>
    </message>
    <message>
        <source>{refunded} of {captured} was refunded. Up to {refundable} can still be refunded.</source>
        <translation>{refunded} remboursés sur {captured}. Il reste jusqu&apos;à {refundable} à rembourser.</translation>
    </message>
    <message>
        <source>All of {refunded} was refunded {at}. Nothing more can be done.</source>
        <translation>La totalité, {refunded}, a été remboursée {at}. Plus rien n&apos;est possible.</translation>
    </message>
    <message>
        <source>Voided {at}. The hold of {amount} was released; the customer owes nothing.</source>
        <translation>Annulée {at}. La réserve de {amount} est levée; le client ne doit rien.</translation>
    </message>
    <message>
        <source>The customer disputes this purchase at Affirm. Answer in Affirm&apos;s portal.</source>
        <translation>Le client conteste cet achat auprès d&apos;Affirm. Répondez dans le portail d&apos;Affirm.</translation>
    </message>
    <message>
        <source>Affirm settled a dispute and gave the customer the money back.</source>
        <translation>Affirm a réglé un litige et remboursé le client.</translation>
    </message>
    <message>
        <source>Affirm says &quot;{word}&quot;. We do not know this word yet; nothing is done on its account.</source>
        <translation>Affirm indique «&#xa0;{word}&#xa0;». Ce mot nous est inconnu; aucune action n&apos;en découle.</translation>
    </message>
    <message>
        <source>Link sent by e-mail {at}; the sandbox sends no text. Waiting for the customer.</source>
        <translation>Lien envoyé par courriel {at}; le bac à sable n&apos;envoie pas de texto. En attente du client.</translation>
    </message>
    <message>
        <source>Link sent by e-mail {at}, perhaps by text as well. Waiting for the customer.</source>
        <translation>Lien envoyé par courriel {at}, peut-être aussi par texto. En attente du client.</translation>
    </message>
    <message>
        <source>Link sent by text {at}. Waiting for the customer.</source>
        <translation>Lien envoyé par texto {at}. En attente du client.</translation>
    </message>
    <message>
        <source>The customer has confirmed. Nothing is authorized yet: authorize {amount} now.</source>
        <translation>Le client a confirmé. Rien n&apos;est encore autorisé&#xa0;: autorisez maintenant {amount}.</translation>
    </message>
    <message>
        <source>The customer confirmed {at}. {amount} is not authorized yet.</source>
        <translation>Le client a confirmé {at}. {amount} ne sont pas encore autorisés.</translation>
    </message>
    <message>
        <source>{captured} of {amount} is captured. The other {uncaptured} is still held.</source>
        <translation>{captured} capturés sur {amount}. Le reste, {uncaptured}, est encore réservé.</translation>
    </message>
    <message>
        <source>{captured} of {amount} is captured. The hold of the other {uncaptured} has ended: it cannot be captured any more.</source>
        <translation>{captured} capturés sur {amount}. L&apos;autorisation du reste, {uncaptured}, est échue&#xa0;: il ne peut plus être capturé.</translation>
    </message>
    <message>
        <source>Authorized for {amount}. You can close the sale.</source>
        <translation>Autorisée pour {amount}. Vous pouvez conclure la vente.</translation>
    </message>
    <message>
        <source>{sentence} It has taken too long: a supervisor looks it up in Affirm&apos;s portal.</source>
        <translation>{sentence} C&apos;est trop long&#xa0;: un superviseur doit regarder dans le portail d&apos;Affirm.</translation>
    </message>
    <message>
        <source>Affirm&apos;s amount ({affirms}) is not this order&apos;s ({ours}). A supervisor decides.</source>
        <translation>Le montant d&apos;Affirm ({affirms}) diffère de celui de la commande ({ours}). Un superviseur doit trancher.</translation>
    </message>
    <message>
        <source>Affirm&apos;s currency ({affirms}) is not this order&apos;s ({ours}). A supervisor decides.</source>
        <translation>La devise d&apos;Affirm ({affirms}) diffère de celle de la commande ({ours}). Un superviseur doit trancher.</translation>
    </message>
    <message>
        <source>Affirm has this purchase under order {affirms}, not {ours}. A supervisor decides.</source>
        <translation>Affirm a inscrit cet achat sous la commande {affirms}, et non {ours}. Un superviseur doit trancher.</translation>
    </message>
    <message>
        <source>Affirm names another checkout ({affirms}) than ours ({ours}). A supervisor decides.</source>
        <translation>Affirm désigne une autre demande ({affirms}) que la nôtre ({ours}). Un superviseur doit trancher.</translation>
    </message>
    <message>
        <source>Asking Affirm to capture {asked}.</source>
        <translation>Demande de capture de {asked} à Affirm.</translation>
    </message>
    <message>
        <source>Asking Affirm to capture {asked}, a part of the hold.</source>
        <translation>Demande de capture partielle de {asked} à Affirm.</translation>
    </message>
    <message>
        <source>Asking Affirm to refund {asked}.</source>
        <translation>Demande de remboursement de {asked} à Affirm.</translation>
    </message>
    <message>
        <source>Asking Affirm to release the hold of {asked}.</source>
        <translation>Demande d&apos;annulation de l&apos;autorisation de {asked} à Affirm.</translation>
    </message>
    <message>
        <source>Telling Affirm about the shipment.</source>
        <translation>Transmission de l&apos;expédition à Affirm.</translation>
    </message>
    <message>
        <source>authorization of {amount}</source>
        <translation>autorisation de {amount}</translation>
    </message>
    <message>
        <source>capture of {amount}</source>
        <translation>capture de {amount}</translation>
    </message>
    <message>
        <source>refund of {amount}</source>
        <translation>remboursement de {amount}</translation>
    </message>
    <message>
        <source>release of the hold of {amount}</source>
        <translation>annulation de l&apos;autorisation de {amount}</translation>
    </message>
    <message>
        <source>shipment</source>
        <translation>avis d&apos;expédition</translation>
    </message>
    <message>
        <source>We asked Affirm to authorize {asked} {at} and did not get the answer. We are checking. Nothing needs to be repeated.</source>
        <translation>Nous avons demandé à Affirm d&apos;autoriser {asked} {at}, sans réponse. Nous vérifions. Rien n&apos;est à refaire.</translation>
    </message>
    <message>
        <source>We asked Affirm to capture {asked} {at} and did not get the answer. We are checking. Nothing needs to be repeated.</source>
        <translation>Nous avons demandé à Affirm de capturer {asked} {at}, sans réponse. Nous vérifions. Rien n&apos;est à refaire.</translation>
    </message>
    <message>
        <source>We asked Affirm to capture a part, {asked}, {at} and did not get the answer. We are checking. Nothing needs to be repeated.</source>
        <translation>Nous avons demandé à Affirm de capturer une partie, {asked}, {at}, sans réponse. Nous vérifions. Rien n&apos;est à refaire.</translation>
    </message>
    <message>
        <source>We asked Affirm to refund {asked} {at} and did not get the answer. We are checking. Nothing needs to be repeated.</source>
        <translation>Nous avons demandé à Affirm de rembourser {asked} {at}, sans réponse. Nous vérifions. Rien n&apos;est à refaire.</translation>
    </message>
    <message>
        <source>We asked Affirm to release the hold of {asked} {at} and did not get the answer. We are checking. Nothing needs to be repeated.</source>
        <translation>Nous avons demandé à Affirm d&apos;annuler l&apos;autorisation de {asked} {at}, sans réponse. Nous vérifions. Rien n&apos;est à refaire.</translation>
    </message>
    <message>
        <source>We told Affirm about the shipment {at} and did not get the answer. We are checking. No money moves by it.</source>
        <translation>Nous avons informé Affirm de l&apos;expédition {at}, sans réponse. Nous vérifions. Aucun argent n&apos;est en jeu.</translation>
    </message>
    <message>
        <source>the agent</source>
        <translation>l&apos;agent</translation>
    </message>
    <message>
        <source>the customer</source>
        <translation>le client</translation>
    </message>
    <message>
        <source>the program</source>
        <translation>le programme</translation>
    </message>
    <message>
        <source>a supervisor</source>
        <translation>un superviseur</translation>
    </message>
    <message>
        <source>fulfilment</source>
        <translation>l&apos;expédition</translation>
    </message>
    <message>
        <source>nobody</source>
        <translation>personne</translation>
    </message>
    <message>
        <source>Correct and send…</source>
        <translation>Corriger et envoyer…</translation>
    </message>
    <message>
        <source>Send a new link</source>
        <translation>Envoyer un nouveau lien</translation>
    </message>
    <message>
        <source>Resend the link</source>
        <translation>Renvoyer le lien</translation>
    </message>
    <message>
        <source>Correct…</source>
        <translation>Corriger…</translation>
    </message>
    <message>
        <source>Ask Affirm now</source>
        <translation>Interroger Affirm</translation>
    </message>
    <message>
        <source>The customer says it is done</source>
        <translation>Le client dit avoir terminé</translation>
    </message>
    <message>
        <source>Capture</source>
        <translation>Capturer</translation>
    </message>
    <message>
        <source>Capture a part…</source>
        <translation>Capturer une partie…</translation>
    </message>
    <message>
        <source>Refund…</source>
        <translation>Rembourser…</translation>
    </message>
    <message>
        <source>Refund a part…</source>
        <translation>Rembourser une partie…</translation>
    </message>
    <message>
        <source>Void…</source>
        <translation>Annuler…</translation>
    </message>
    <message>
        <source>Shipment…</source>
        <translation>Expédition…</translation>
    </message>
    <message>
        <source>Drop the command</source>
        <translation>Retirer l&apos;opération</translation>
    </message>
    <message>
        <source>Let the order go on…</source>
        <translation>Laisser la commande se poursuivre…</translation>
    </message>
    <message>
        <source>Allow a new try…</source>
        <translation>Permettre un nouvel essai…</translation>
    </message>
    <message>
        <source>Say what Affirm&apos;s portal shows…</source>
        <translation>Dire ce que montre le portail d&apos;Affirm…</translation>
    </message>
    <message>
        <source>Copy the link</source>
        <translation>Copier le lien</translation>
    </message>
    <message>
        <source>Close this link…</source>
        <translation>Fermer ce lien…</translation>
    </message>
    <message>
        <source>Take over…</source>
        <translation>Reprendre…</translation>
    </message>
    <message>
        <source>Hand over…</source>
        <translation>Confier…</translation>
    </message>
    <message>
        <source>Authorize</source>
        <translation>Autoriser</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>Au client</translation>
    </message>
    <message>
        <source>In progress</source>
        <translation>En cours</translation>
    </message>
    <message>
        <source>To do</source>
        <translation>À faire</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Conclues</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Arrêtées</translation>
    </message>
    <message>
        <source>Look closer</source>
        <translation>À vérifier</translation>
    </message>
    <message>
        <source>agent</source>
        <translation>agent</translation>
    </message>
    <message>
        <source>supervisor</source>
        <translation>superviseur</translation>
    </message>
    <message>
        <source>this program</source>
        <translation>ce programme</translation>
    </message>
    <message>
        <source>Affirm</source>
        <translation>Affirm</translation>
    </message>
    <message>
        <source>webhook, verified</source>
        <translation>webhook, vérifié</translation>
    </message>
    <message>
        <source>webhook, not verified</source>
        <translation>webhook, non vérifié</translation>
    </message>
    <message>
        <source>customer&apos;s browser</source>
        <translation>navigateur du client</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>Carte</translation>
    </message>
    <message>
        <source>Invoice</source>
        <translation>Facture</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>Autre</translation>
    </message>
    <message>
        <source>{customer} has confirmed.</source>
        <translation>{customer} a confirmé.</translation>
    </message>
    <message>
        <source>{customer}: {amount} is authorized. You can close the sale.</source>
        <translation>{customer}&#xa0;: {amount} sont autorisés. Vous pouvez conclure la vente.</translation>
    </message>
    <message>
        <source>{customer}: not approved. Offer another way to pay.</source>
        <translation>{customer}&#xa0;: non approuvée. Proposez un autre mode de paiement.</translation>
    </message>
    <message>
        <source>{customer}: Affirm needs more, on their device.</source>
        <translation>{customer}&#xa0;: Affirm demande d&apos;autres renseignements, sur l&apos;appareil du client.</translation>
    </message>
    <message>
        <source>{customer}: the link was not sent.</source>
        <translation>{customer}&#xa0;: le lien n&apos;a pas été envoyé.</translation>
    </message>
    <message>
        <source>{customer}: no answer from Affirm. Ask whether the link arrived.</source>
        <translation>{customer}&#xa0;: Affirm n&apos;a pas répondu. Demandez si le lien est arrivé.</translation>
    </message>
    <message>
        <source>{customer}: no answer from Affirm. We are checking; repeat nothing.</source>
        <translation>{customer}&#xa0;: Affirm n&apos;a pas répondu. Nous vérifions; ne refaites rien.</translation>
    </message>
    <message>
        <source>{customer}: Affirm has done it. {state}.</source>
        <translation>{customer}&#xa0;: c&apos;est fait chez Affirm. {state}.</translation>
    </message>
    <message>
        <source>{customer}: Affirm refused. See the order.</source>
        <translation>{customer}&#xa0;: refusé par Affirm. Voyez la commande.</translation>
    </message>
    <message>
        <source>{customer}: a supervisor must look at this order.</source>
        <translation>{customer}&#xa0;: un superviseur doit voir cette commande.</translation>
    </message>
    <message>
        <source>{customer}: Affirm uses a word that we do not know.</source>
        <translation>{customer}&#xa0;: Affirm emploie un mot qui nous est inconnu.</translation>
    </message>
    <message>
        <source>Captured, rest expired</source>
        <translation>Capturée, reste échu</translation>
    </message>
    <message>
        <source>Void this order?</source>
        <translation>Annuler cette commande?</translation>
    </message>
    <message>
        <source>The hold of {amount} for {customer} (order {number}) will be released.</source>
        <translation>La réserve de {amount} pour {customer} (commande {number}) sera levée.</translation>
    </message>
    <message>
        <source>Affirm tells the customer. This cannot be undone: to sell again, the customer applies again.</source>
        <translation>Affirm en avise le client. C&apos;est irréversible&#xa0;: pour vendre de nouveau, le client devra refaire sa demande.</translation>
    </message>
    <message>
        <source>Void {amount}</source>
        <translation>Annuler {amount}</translation>
    </message>
    <message>
        <source>Refund all that is left?</source>
        <translation>Rembourser tout ce qui reste?</translation>
    </message>
    <message>
        <source>{customer} (order {number}) gets {amount} back.</source>
        <translation>{customer} (commande {number}) se fait rembourser {amount}.</translation>
    </message>
    <message>
        <source>Affirm gives the money back. This cannot be undone.</source>
        <translation>Affirm rend l&apos;argent. C&apos;est irréversible.</translation>
    </message>
    <message>
        <source>Refund {amount}</source>
        <translation>Rembourser {amount}</translation>
    </message>
    <message>
        <source>Refund a part</source>
        <translation>Rembourser une partie</translation>
    </message>
    <message>
        <source>Up to {limit} can be refunded. Affirm gives it back; this cannot be undone.</source>
        <translation>Jusqu&apos;à {limit} peuvent être remboursés. Affirm rend l&apos;argent; c&apos;est irréversible.</translation>
    </message>
    <message>
        <source>Capture a part</source>
        <translation>Capturer une partie</translation>
    </message>
    <message>
        <source>{amount} is taken for {customer} (order {number}).</source>
        <translation>{amount} sont prélevés pour {customer} (commande {number}).</translation>
    </message>
    <message>
        <source>Up to {limit} is held. What is not captured in time is released.</source>
        <translation>Montant réservé&#xa0;: jusqu&apos;à {limit}. Ce qui n&apos;est pas capturé à temps est libéré.</translation>
    </message>
    <message>
        <source>Capture {amount}</source>
        <translation>Capturer {amount}</translation>
    </message>
    <message>
        <source>Tell Affirm about the shipment</source>
        <translation>Informer Affirm de l&apos;expédition</translation>
    </message>
    <message>
        <source>Order {number} for {customer}, {amount}.</source>
        <translation>Commande {number} pour {customer}, {amount}.</translation>
    </message>
    <message>
        <source>The customer sees it at Affirm. No money moves.</source>
        <translation>Le client le voit chez Affirm. Aucun argent ne bouge.</translation>
    </message>
    <message>
        <source>Tell Affirm</source>
        <translation>Informer Affirm</translation>
    </message>
    <message>
        <source>Let this order go on?</source>
        <translation>Laisser cette commande se poursuivre?</translation>
    </message>
    <message>
        <source>Order {number} for {customer}, {amount}, does not match Affirm&apos;s record.</source>
        <translation>La commande {number} pour {customer}, {amount}, ne concorde pas avec le dossier d&apos;Affirm.</translation>
    </message>
    <message>
        <source>Affirm is asked again at once. If it still does not match, the order stops again.</source>
        <translation>Affirm est interrogé aussitôt. Si l&apos;écart demeure, la commande s&apos;arrête de nouveau.</translation>
    </message>
    <message>
        <source>Let it go on</source>
        <translation>Laisser se poursuivre</translation>
    </message>
    <message>
        <source>Allow a new try?</source>
        <translation>Permettre un nouvel essai?</translation>
    </message>
    <message>
        <source>Affirm refused a command for order {number} ({customer}).</source>
        <translation>Affirm a refusé une opération pour la commande {number} ({customer}).</translation>
    </message>
    <message>
        <source>The next try counts as a new one at Affirm. Do this only when Affirm&apos;s portal shows that nothing happened.</source>
        <translation>Le prochain essai sera nouveau pour Affirm. Ne le faites que si le portail d&apos;Affirm montre que rien n&apos;a eu lieu.</translation>
    </message>
    <message>
        <source>Allow a new try</source>
        <translation>Permettre un nouvel essai</translation>
    </message>
    <message>
        <source>What does Affirm&apos;s portal show?</source>
        <translation>Que montre le portail d&apos;Affirm?</translation>
    </message>
    <message>
        <source>No answer from Affirm: {asked}, order {number} ({customer}).</source>
        <translation>Sans réponse d&apos;Affirm&#xa0;: {asked}, commande {number} ({customer}).</translation>
    </message>
    <message>
        <source>Look the order up in Affirm&apos;s portal first. What you say here closes the command; nothing is sent.</source>
        <translation>Cherchez d&apos;abord la commande dans le portail d&apos;Affirm. Votre réponse clôt l&apos;opération; rien n&apos;est envoyé.</translation>
    </message>
    <message>
        <source>It happened</source>
        <translation>Cela a eu lieu</translation>
    </message>
    <message>
        <source>Take this order over?</source>
        <translation>Reprendre cette commande?</translation>
    </message>
    <message>
        <source>You act on order {number} for {customer}, {amount}, from now on. {holder} can only read it then.</source>
        <translation>Vous vous occupez désormais de la commande {number} pour {customer}, {amount}. {holder} ne pourra plus que la lire.</translation>
    </message>
    <message>
        <source>Affirm is read before anything else. What was begun at the other desk is settled, never sent a second time. Everybody sees who has taken it.</source>
        <translation>Affirm est d&apos;abord interrogé. Ce que l&apos;autre poste a commencé est réglé, jamais envoyé une seconde fois. Tous voient qui l&apos;a reprise.</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>Reprendre</translation>
    </message>
    <message>
        <source>Hand this order over</source>
        <translation>Confier cette commande</translation>
    </message>
    <message>
        <source>Order {number} for {customer}, {amount}, goes to {person}.</source>
        <translation>La commande {number} pour {customer}, {amount}, est confiée à {person}.</translation>
    </message>
    <message>
        <source>From then on {person} acts on it, and you can only read it. What is still open here is settled here first.</source>
        <translation>Dès lors, {person} s&apos;en occupe et vous ne pouvez plus que la lire. Ce qui est encore en cours ici se règle d&apos;abord ici.</translation>
    </message>
    <message>
        <source>Hand over to {person}</source>
        <translation>Confier à {person}</translation>
    </message>
    <message>
        <source>Close this link?</source>
        <translation>Fermer ce lien?</translation>
    </message>
    <message>
        <source>{customer} (order {number}, {amount}) can still open the link.</source>
        <translation>{customer} (commande {number}, {amount}) pourra encore ouvrir le lien.</translation>
    </message>
    <message>
        <source>Affirm cannot take a link back. If the customer confirms it anyway, nothing is authorized and a supervisor is told.</source>
        <translation>Affirm ne peut pas reprendre un lien. Si le client le confirme malgré tout, rien n&apos;est autorisé et un superviseur en est avisé.</translation>
    </message>
    <message>
        <source>Close the link</source>
        <translation>Fermer le lien</translation>
    </message>
    <message>
        <source>This address is not one that keys of this environment may be sent to.</source>
        <translation>Les clés de cet environnement ne peuvent pas être envoyées à cette adresse.</translation>
    </message>
    <message>
        <source>The public key is missing or not a key.</source>
        <translation>La clé publique manque ou n&apos;en est pas une.</translation>
    </message>
    <message>
        <source>The private key is missing or not a key.</source>
        <translation>La clé privée manque ou n&apos;en est pas une.</translation>
    </message>
    <message>
        <source>The relay does not answer at this address as a relay does. Check it with IT.</source>
        <translation>Aucun relais ne répond à cette adresse. Vérifiez-la avec le service informatique.</translation>
    </message>
    <message>
        <source>The code is wrong, used or too old. Ask for a new one: telesales-relay enrol.</source>
        <translation>Le code est faux, déjà utilisé ou trop ancien. Demandez-en un nouveau&#xa0;: telesales-relay enrol.</translation>
    </message>
    <message>
        <source>The merchant&apos;s name is needed: the customer sees it on Affirm&apos;s page.</source>
        <translation>Le nom du marchand est requis&#xa0;: le client le voit sur la page d&apos;Affirm.</translation>
    </message>
    <message>
        <source>The address after confirming is needed where there is no relay: a page of yours that says &quot;you can go back to your call&quot;.</source>
        <translation>Sans relais, l&apos;adresse après la confirmation est requise&#xa0;: une page à vous qui dit «&#xa0;vous pouvez revenir à votre appel&#xa0;».</translation>
    </message>
    <message>
        <source>The address after cancelling is needed where there is no relay.</source>
        <translation>Sans relais, l&apos;adresse après un abandon est requise.</translation>
    </message>
    <message>
        <source>Your name is needed: it stands beside your orders.</source>
        <translation>Votre nom est requis&#xa0;: il figure à côté de vos commandes.</translation>
    </message>
    <message>
        <source>The profile needs a short name of letters and digits.</source>
        <translation>Le profil doit avoir un nom court, en lettres et en chiffres.</translation>
    </message>
    <message>
        <source>The setting {field} cannot be used.</source>
        <translation>Le réglage {field} est inutilisable.</translation>
    </message>
    <message>
        <source>Order entered by {actor}</source>
        <translation>Commande saisie par {actor}</translation>
    </message>
    <message>
        <source>Kept as a record: paid another way</source>
        <translation>Gardée pour mémoire&#xa0;: payée autrement</translation>
    </message>
    <message>
        <source>Details corrected by {actor}</source>
        <translation>Détails corrigés par {actor}</translation>
    </message>
    <message>
        <source>{actor} asked for the link to be sent</source>
        <translation>{actor} a demandé l&apos;envoi du lien</translation>
    </message>
    <message>
        <source>Affirm took the order and sends the link</source>
        <translation>Affirm a reçu la commande et envoie le lien</translation>
    </message>
    <message>
        <source>The link was not sent. {reason}</source>
        <translation>Le lien n&apos;a pas été envoyé. {reason}</translation>
    </message>
    <message>
        <source>No answer from Affirm: the link may have been sent</source>
        <translation>Affirm n&apos;a pas répondu&#xa0;: le lien est peut-être parti</translation>
    </message>
    <message>
        <source>{actor} asked for the link to be sent again</source>
        <translation>{actor} a demandé un nouvel envoi du lien</translation>
    </message>
    <message>
        <source>Affirm sends the link again</source>
        <translation>Affirm renvoie le lien</translation>
    </message>
    <message>
        <source>The link was not sent again. {reason}</source>
        <translation>Le lien n&apos;a pas été renvoyé. {reason}</translation>
    </message>
    <message>
        <source>The link was not sent again: Affirm could not be reached</source>
        <translation>Le lien n&apos;a pas été renvoyé&#xa0;: Affirm était injoignable</translation>
    </message>
    <message>
        <source>No answer from Affirm: the link may have been sent again</source>
        <translation>Affirm n&apos;a pas répondu&#xa0;: le lien a peut-être été renvoyé</translation>
    </message>
    <message>
        <source>{actor} closed the link: it still opens, but we will not accept it</source>
        <translation>{actor} a fermé le lien&#xa0;: il s&apos;ouvre encore, mais nous ne l&apos;accepterons pas</translation>
    </message>
    <message>
        <source>The lost answer was found: Affirm has this checkout</source>
        <translation>La réponse perdue est retrouvée&#xa0;: Affirm a bien cette demande</translation>
    </message>
    <message>
        <source>News about a checkout that is not this order&apos;s</source>
        <translation>Nouvelle d&apos;une demande qui n&apos;est pas celle de cette commande</translation>
    </message>
    <message>
        <source>Taken over by {actor}</source>
        <translation>Reprise par {actor}</translation>
    </message>
    <message>
        <source>{actor}: the customer says it is done</source>
        <translation>{actor}&#xa0;: le client dit avoir terminé</translation>
    </message>
    <message>
        <source>{actor} decided that the order may go on</source>
        <translation>{actor} a décidé que la commande peut se poursuivre</translation>
    </message>
    <message>
        <source>{actor} allowed a new try</source>
        <translation>{actor} a permis un nouvel essai</translation>
    </message>
    <message>
        <source>{actor} said what Affirm&apos;s portal shows</source>
        <translation>{actor} a indiqué ce que montre le portail d&apos;Affirm</translation>
    </message>
    <message>
        <source>Authorized for {amount} by another computer</source>
        <translation>Autorisée pour {amount} par un autre ordinateur</translation>
    </message>
    <message>
        <source>Authorization of {amount} asked for by {actor}</source>
        <translation>Autorisation de {amount} demandée par {actor}</translation>
    </message>
    <message>
        <source>Authorized for {amount}</source>
        <translation>Autorisée pour {amount}</translation>
    </message>
    <message>
        <source>Not authorized. {reason}</source>
        <translation>Non autorisée. {reason}</translation>
    </message>
    <message>
        <source>No answer to the authorization: checking</source>
        <translation>Autorisation sans réponse&#xa0;: vérification</translation>
    </message>
    <message>
        <source>Unclear answer to the authorization: checking</source>
        <translation>Réponse ambiguë à l&apos;autorisation&#xa0;: vérification</translation>
    </message>
    <message>
        <source>Capture of {amount} asked for by {actor}</source>
        <translation>Capture de {amount} demandée par {actor}</translation>
    </message>
    <message>
        <source>Captured: {amount}</source>
        <translation>Capturée&#xa0;: {amount}</translation>
    </message>
    <message>
        <source>Not captured. {reason}</source>
        <translation>Non capturée. {reason}</translation>
    </message>
    <message>
        <source>No answer to the capture: checking</source>
        <translation>Capture sans réponse&#xa0;: vérification</translation>
    </message>
    <message>
        <source>Unclear answer to the capture: checking</source>
        <translation>Réponse ambiguë à la capture&#xa0;: vérification</translation>
    </message>
    <message>
        <source>Capture of a part, {amount}, asked for by {actor}</source>
        <translation>Capture partielle de {amount} demandée par {actor}</translation>
    </message>
    <message>
        <source>A part is captured: {amount}</source>
        <translation>Une partie est capturée&#xa0;: {amount}</translation>
    </message>
    <message>
        <source>The part was not captured. {reason}</source>
        <translation>La partie n&apos;a pas été capturée. {reason}</translation>
    </message>
    <message>
        <source>No answer to the capture of a part: checking</source>
        <translation>Capture partielle sans réponse&#xa0;: vérification</translation>
    </message>
    <message>
        <source>Unclear answer to the capture of a part: checking</source>
        <translation>Réponse ambiguë à la capture partielle&#xa0;: vérification</translation>
    </message>
    <message>
        <source>Refund of {amount} asked for by {actor}</source>
        <translation>Remboursement de {amount} demandé par {actor}</translation>
    </message>
    <message>
        <source>Refunded: {amount}</source>
        <translation>Remboursée&#xa0;: {amount}</translation>
    </message>
    <message>
        <source>Not refunded. {reason}</source>
        <translation>Non remboursée. {reason}</translation>
    </message>
    <message>
        <source>No answer to the refund: checking</source>
        <translation>Remboursement sans réponse&#xa0;: vérification</translation>
    </message>
    <message>
        <source>Unclear answer to the refund: checking</source>
        <translation>Réponse ambiguë au remboursement&#xa0;: vérification</translation>
    </message>
    <message>
        <source>Release of the hold asked for by {actor}</source>
        <translation>Annulation de l&apos;autorisation demandée par {actor}</translation>
    </message>
    <message>
        <source>Voided: the hold of {amount} is released</source>
        <translation>Annulée&#xa0;: la réserve de {amount} est levée</translation>
    </message>
    <message>
        <source>Not voided. {reason}</source>
        <translation>Non annulée. {reason}</translation>
    </message>
    <message>
        <source>No answer to the release of the hold: checking</source>
        <translation>Annulation sans réponse&#xa0;: vérification</translation>
    </message>
    <message>
        <source>Unclear answer to the release of the hold: checking</source>
        <translation>Réponse ambiguë à l&apos;annulation&#xa0;: vérification</translation>
    </message>
    <message>
        <source>Shipment told by {actor}</source>
        <translation>Expédition signalée par {actor}</translation>
    </message>
    <message>
        <source>Affirm knows about the shipment</source>
        <translation>Affirm est informé de l&apos;expédition</translation>
    </message>
    <message>
        <source>Affirm did not take the shipment. {reason}</source>
        <translation>Affirm n&apos;a pas accepté l&apos;avis d&apos;expédition. {reason}</translation>
    </message>
    <message>
        <source>No answer about the shipment: checking</source>
        <translation>Avis d&apos;expédition sans réponse&#xa0;: vérification</translation>
    </message>
    <message>
        <source>Unclear answer about the shipment: checking</source>
        <translation>Réponse ambiguë au sujet de l&apos;expédition&#xa0;: vérification</translation>
    </message>
    <message>
        <source>Noted: {kind}</source>
        <translation>Noté&#xa0;: {kind}</translation>
    </message>
    <message>
        <source>Link not opened yet</source>
        <translation>Lien pas encore ouvert</translation>
    </message>
    <message>
        <source>Opened (may be a mail scanner)</source>
        <translation>Ouverte (peut-être un filtre de courriel)</translation>
    </message>
    <message>
        <source>Approved; the customer is choosing a plan</source>
        <translation>Approuvée; le client choisit son plan</translation>
    </message>
    <message>
        <source>Affirm needs more from the customer</source>
        <translation>Affirm demande d&apos;autres renseignements au client</translation>
    </message>
    <message>
        <source>Confirmed by the customer</source>
        <translation>Confirmée par le client</translation>
    </message>
    <message>
        <source>The hold has expired</source>
        <translation>L&apos;autorisation est échue</translation>
    </message>
    <message>
        <source>A part is captured</source>
        <translation>Une partie est capturée</translation>
    </message>
    <message>
        <source>A part was refunded</source>
        <translation>Une partie est remboursée</translation>
    </message>
    <message>
        <source>Disputed by the customer</source>
        <translation>Contestée par le client</translation>
    </message>
    <message>
        <source>Refunded after a dispute</source>
        <translation>Remboursée à la suite d&apos;un litige</translation>
    </message>
    <message>
        <source>A word we do not know: &quot;{word}&quot;</source>
        <translation>Un mot inconnu&#xa0;: «&#xa0;{word}&#xa0;»</translation>
    </message>
    <message>
        <source>News that we could not read; Affirm is asked</source>
        <translation>Une nouvelle illisible; Affirm est interrogé</translation>
    </message>
    <message>
        <source>The customer&apos;s browser came back from Affirm</source>
        <translation>Le navigateur du client est revenu d&apos;Affirm</translation>
    </message>
    <message>
        <source>The customer&apos;s browser came back: cancelled or not approved</source>
        <translation>Le navigateur du client est revenu&#xa0;: abandon ou refus</translation>
    </message>
    <message>
        <source>Two links of this order were confirmed: a supervisor must look</source>
        <translation>Deux liens de cette commande ont été confirmés&#xa0;: un superviseur doit voir</translation>
    </message>
    <message>
        <source>A closed link was confirmed. Nothing is authorized: a supervisor must look</source>
        <translation>Un lien fermé a été confirmé. Rien n&apos;est autorisé&#xa0;: un superviseur doit voir</translation>
    </message>
    <message>
        <source>The outcome is unknown for ten minutes: a supervisor must look</source>
        <translation>Le résultat est inconnu depuis dix minutes&#xa0;: un superviseur doit voir</translation>
    </message>
    <message>
        <source>Too old to be sent again safely: a supervisor must look in Affirm&apos;s portal</source>
        <translation>Trop ancien pour être renvoyé sans risque&#xa0;: un superviseur doit voir dans le portail d&apos;Affirm</translation>
    </message>
    <message>
        <source>A link sent after a take-over was confirmed; the other workstation may have its own: a supervisor must look</source>
        <translation>Un lien envoyé après une reprise a été confirmé; l&apos;autre poste a peut-être le sien&#xa0;: un superviseur doit voir</translation>
    </message>
    <message>
        <source>Affirm shows it as confirmed and refused to authorize: a supervisor must look</source>
        <translation>Affirm l&apos;indique confirmée et a refusé d&apos;autoriser&#xa0;: un superviseur doit voir</translation>
    </message>
    <message>
        <source>Affirm uses a word that we do not know: a supervisor must look</source>
        <translation>Affirm emploie un mot qui nous est inconnu&#xa0;: un superviseur doit voir</translation>
    </message>
    <message>
        <source>{holder} acts on this order ({workstation}). You can read it here; last heard of it {seen}.</source>
        <translation>{holder} s&apos;occupe de cette commande ({workstation}). Vous pouvez la lire ici; dernières nouvelles&#xa0;: {seen}.</translation>
    </message>
    <message>
        <source>{holder} has taken this order over ({workstation}), {seen}. Here it can only be read; what this desk had begun is still settled.</source>
        <translation>{holder} a repris cette commande ({workstation}), {seen}. Ici, elle ne peut plus qu&apos;être lue; ce que ce poste avait commencé se règle encore.</translation>
    </message>
    <message>
        <source>Nobody acts on this order now: it was handed over or left.</source>
        <translation>Personne ne s&apos;occupe de cette commande&#xa0;: elle a été confiée ou laissée.</translation>
    </message>
    <message>
        <source>Colleagues do not see the latest yet: it goes to the relay as soon as it answers.</source>
        <translation>Les collègues ne voient pas encore le plus récent&#xa0;: l&apos;envoi se fait dès que le relais répond.</translation>
    </message>
    <message>
        <source>The relay did not answer before this was sent, so a colleague may have an order with this number too.</source>
        <translation>Le relais n&apos;a pas répondu avant cet envoi&#xa0;: un collègue a peut-être aussi une commande portant ce numéro.</translation>
    </message>
    <message>
        <source>a colleague</source>
        <translation>un collègue</translation>
    </message>
    <message>
        <source>another workstation</source>
        <translation>un autre poste</translation>
    </message>
    <message>
        <source>Mine</source>
        <translation>Les miennes</translation>
    </message>
    <message>
        <source>Everyone</source>
        <translation>Tout le monde</translation>
    </message>
    <message>
        <source>Stuck</source>
        <translation>Bloquées</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Aujourd&apos;hui</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Inconnues</translation>
    </message>
    <message>
        <source>Your own orders</source>
        <translation>Vos propres commandes</translation>
    </message>
    <message>
        <source>Every order of this merchant</source>
        <translation>Toutes les commandes de ce marchand</translation>
    </message>
    <message>
        <source>What does not move by itself, the longest first</source>
        <translation>Ce qui n&apos;avance pas de soi-même, le plus ancien d&apos;abord</translation>
    </message>
    <message>
        <source>What ends within a day: holds, links, refunds</source>
        <translation>Ce qui prend fin d&apos;ici un jour&#xa0;: réserves, liens, remboursements</translation>
    </message>
    <message>
        <source>Commands of which the outcome is not known</source>
        <translation>Les opérations dont le résultat est inconnu</translation>
    </message>
    <message>
        <source>No order of this list is yours.</source>
        <translation>Aucune commande de cette liste n&apos;est à vous.</translation>
    </message>
    <message>
        <source>Nothing is stuck.</source>
        <translation>Rien n&apos;est bloqué.</translation>
    </message>
    <message>
        <source>Nothing ends within a day.</source>
        <translation>Rien ne prend fin d&apos;ici un jour.</translation>
    </message>
    <message>
        <source>Every outcome is known.</source>
        <translation>Tous les résultats sont connus.</translation>
    </message>
    <message>
        <source>Confirmed, not authorized</source>
        <translation>Confirmée, non autorisée</translation>
    </message>
    <message>
        <source>Outcome unknown</source>
        <translation>Résultat inconnu</translation>
    </message>
    <message>
        <source>Two links confirmed</source>
        <translation>Deux liens confirmés</translation>
    </message>
    <message>
        <source>Old link confirmed</source>
        <translation>Ancien lien confirmé</translation>
    </message>
    <message>
        <source>Confirmed after take-over</source>
        <translation>Confirmée après reprise</translation>
    </message>
    <message>
        <source>Affirm refused</source>
        <translation>Refus d&apos;Affirm</translation>
    </message>
    <message>
        <source>Word not known</source>
        <translation>Mot inconnu</translation>
    </message>
    <message>
        <source>Open Affirm&apos;s portal, look order {number} up and see whether it happened ({asked}). Then say here what the portal shows. Nothing is sent by that; until then nothing is repeated.</source>
        <translation>Ouvrez le portail d&apos;Affirm, cherchez la commande {number} et voyez si cela a eu lieu ({asked}). Dites ensuite ici ce que montre le portail. Rien n&apos;est envoyé; d&apos;ici là, rien n&apos;est répété.</translation>
    </message>
    <message>
        <source>Compare both sides with the customer. Let the order go on only if Affirm&apos;s record is to become right; otherwise close the link and enter the order anew.</source>
        <translation>Comparez les deux côtés avec le client. Ne laissez la commande continuer que si le dossier d&apos;Affirm doit devenir juste; sinon, fermez le lien et saisissez la commande de nouveau.</translation>
    </message>
    <message>
        <source>Answer the dispute in Affirm&apos;s portal; nothing can be done from here.</source>
        <translation>Répondez à la contestation dans le portail d&apos;Affirm; rien ne peut se faire d&apos;ici.</translation>
    </message>
    <message>
        <source>Look the order up in Affirm&apos;s portal. An update of this program may be needed.</source>
        <translation>Cherchez la commande dans le portail d&apos;Affirm. Ce programme doit peut-être être mis à jour.</translation>
    </message>
    <message>
        <source>The customer waits. If nobody is on it, take the order over: Affirm is read first, then {amount} is authorized.</source>
        <translation>Le client attend. Si personne ne s&apos;en occupe, reprenez la commande&#xa0;: Affirm est d&apos;abord interrogé, puis {amount} sont autorisés.</translation>
    </message>
    <message>
        <source>Open Affirm&apos;s portal, look order {number} up and see whether it happened ({asked}). Tell whoever acts on it, or take it over and say here what the portal shows.</source>
        <translation>Ouvrez le portail d&apos;Affirm, cherchez la commande {number} et voyez si cela a eu lieu ({asked}). Dites-le à la personne qui s&apos;en occupe, ou reprenez la commande et dites ici ce que montre le portail.</translation>
    </message>
    <message>
        <source>Compare both sides with the customer. Take the order over to decide.</source>
        <translation>Comparez les deux côtés avec le client. Reprenez la commande pour trancher.</translation>
    </message>
    <message>
        <source>Two links of this order were confirmed. One is authorized at most; nothing is authorized for the other. Ask the customer which one to keep.</source>
        <translation>Deux liens de cette commande ont été confirmés. Un seul est autorisé au plus; rien ne l&apos;est pour l&apos;autre. Demandez au client lequel garder.</translation>
    </message>
    <message>
        <source>The old link was confirmed, perhaps by a stranger. Nothing is authorized for it. Ask the customer before a supervisor accepts it.</source>
        <translation>L&apos;ancien lien a été confirmé, peut-être par un inconnu. Rien n&apos;est autorisé pour lui. Demandez au client avant qu&apos;un superviseur l&apos;accepte.</translation>
    </message>
    <message>
        <source>A link sent after the take-over was confirmed, and the other workstation may have one of its own. A supervisor chooses one.</source>
        <translation>Un lien envoyé après la reprise a été confirmé, et l&apos;autre poste a peut-être le sien. Un superviseur en choisit un.</translation>
    </message>
    <message>
        <source>The request is too old to be sent again safely. Only Affirm&apos;s portal shows what happened.</source>
        <translation>La demande est trop ancienne pour être renvoyée sans risque. Seul le portail d&apos;Affirm montre ce qui s&apos;est passé.</translation>
    </message>
    <message>
        <source>Affirm uses a word that we do not know. Nothing is done on its account.</source>
        <translation>Affirm emploie un mot qui nous est inconnu. Aucune action n&apos;en découle.</translation>
    </message>
    <message>
        <source>{customer}, {agent}&apos;s order: {state}.</source>
        <translation>{customer}, commande de {agent}&#xa0;: {state}.</translation>
    </message>
    <message>
        <source>The old link still opens; we will not accept it.</source>
        <translation>L&apos;ancien lien s&apos;ouvre toujours; nous ne l&apos;accepterons pas.</translation>
    </message>
    <message>
        <source>Affirm is being read first. What may be done with the money is offered after that.</source>
        <translation>Affirm est d&apos;abord interrogé. Ce qui peut se faire avec l&apos;argent est proposé ensuite.</translation>
    </message>
    <message>
        <source>{left} left to capture</source>
        <translation>reste {left} pour capturer</translation>
    </message>
    <message>
        <source>the link opens for another {left}</source>
        <translation>le lien s&apos;ouvre encore pendant {left}</translation>
    </message>
    <message>
        <source>{left} left to refund</source>
        <translation>reste {left} pour rembourser</translation>
    </message>
    <message>
        <source>The relay&apos;s sealing key is not this merchant&apos;s. Nothing is uploaded any more; payments go on through Affirm itself. Tell IT at once: they compare the fingerprints.</source>
        <translation>La clé de scellement du relais n&apos;est pas celle de ce marchand. Plus rien n&apos;y est envoyé; les paiements continuent directement avec Affirm. Prévenez tout de suite le service informatique&#xa0;: il compare les empreintes.</translation>
    </message>
    <message>
        <source>The relay showed an older copy of an order than this desk has seen. It was not believed. Tell IT: perhaps a backup was restored.</source>
        <translation>Le relais a montré d&apos;une commande une copie plus ancienne que celle que ce poste a vue. Elle n&apos;a pas été crue. Prévenez le service informatique&#xa0;: une sauvegarde a peut-être été restaurée.</translation>
    </message>
    <message>
        <source>The relay showed an order that no desk of ours has sealed. It was not believed. Tell IT at once.</source>
        <translation>Le relais a montré une commande qu&apos;aucun de nos postes n&apos;a scellée. Elle n&apos;a pas été crue. Prévenez tout de suite le service informatique.</translation>
    </message>
    <message>
        <source>The relay told of a take-over that nobody has signed. It was not believed. Tell IT at once.</source>
        <translation>Le relais a annoncé une reprise que personne n&apos;a signée. Elle n&apos;a pas été crue. Prévenez tout de suite le service informatique.</translation>
    </message>
    <message>
        <source>The relay showed a colleague&apos;s key that no desk of ours vouches for. It is not trusted. Tell IT at once.</source>
        <translation>Le relais a montré la clé d&apos;un collègue dont aucun de nos postes ne répond. Elle n&apos;est pas acceptée. Prévenez tout de suite le service informatique.</translation>
    </message>
    <message>
        <source>This computer cannot open the merchant&apos;s data key, so it shares no orders. Ask IT to enrol it again.</source>
        <translation>Cet ordinateur ne peut pas ouvrir la clé des données du marchand; il ne partage donc aucune commande. Demandez au service informatique de l&apos;inscrire de nouveau.</translation>
    </message>
    <message>
        <source>Relay: alarm</source>
        <translation>Relais&#xa0;: alerte</translation>
    </message>
    <message>
        <source>The relay is not to be trusted</source>
        <translation>Le relais n&apos;est pas digne de confiance</translation>
    </message>
    <message>
        <source>Data key not open</source>
        <translation>Clé des données fermée</translation>
    </message>
    <message>
        <source>Relay: news may be missing</source>
        <translation>Relais&#xa0;: nouvelles incomplètes</translation>
    </message>
    <message>
        <source>News may be missing since {since}</source>
        <translation>Des nouvelles manquent peut-être depuis {since}</translation>
    </message>
    <message>
        <source>The relay said that some news may have been lost. Every open order was read at Affirm instead: nothing needs to be done.</source>
        <translation>Le relais a signalé que des nouvelles ont pu se perdre. Chaque commande ouverte a été lue chez Affirm&#xa0;: rien n&apos;est à faire.</translation>
    </message>
    <message>
        <source>{sentence} Last contact: {since}.</source>
        <translation>{sentence} Dernier contact&#xa0;: {since}.</translation>
    </message>
    <message>
        <source>{sentence} No contact since the start.</source>
        <translation>{sentence} Aucun contact depuis le démarrage.</translation>
    </message>
    <message>
        <source>Shared with colleagues</source>
        <translation>Partagées avec les collègues</translation>
    </message>
    <message>
        <source>Colleagues see who acts on which order; everything is sealed before it leaves.</source>
        <translation>Les collègues voient qui s&apos;occupe de quelle commande; tout est scellé avant de partir.</translation>
    </message>
    <message>
        <source>Not shared with colleagues</source>
        <translation>Non partagées avec les collègues</translation>
    </message>
    <message>
        <source>Orders stay on this computer until the relay has the merchant&apos;s sealing key. Nothing needs to be done here; IT sets it up.</source>
        <translation>Les commandes restent sur cet ordinateur tant que le relais n&apos;a pas la clé de scellement du marchand. Rien n&apos;est à faire ici; le service informatique s&apos;en charge.</translation>
    </message>
    <message>
        <source>To be uploaded: {count}, since {since}</source>
        <translation>À envoyer&#xa0;: {count}, depuis {since}</translation>
    </message>
    <message>
        <source>What this desk did last is kept here and goes to the relay as soon as it answers. Colleagues see the state before; nothing needs to be done.</source>
        <translation>Ce que ce poste a fait en dernier est gardé ici et part vers le relais dès qu&apos;il répond. Les collègues voient l&apos;état précédent; rien n&apos;est à faire.</translation>
    </message>
    <message>
        <source>Show the connection</source>
        <translation>Voir la connexion</translation>
    </message>
    <message>
        <source>Last webhook: {since}</source>
        <translation>Dernier webhook&#xa0;: {since}</translation>
    </message>
    <message>
        <source>Webhook without a signature: {since}</source>
        <translation>Webhook sans signature&#xa0;: {since}</translation>
    </message>
    <message>
        <source>It was not believed; its order&apos;s desk reads Affirm instead. Affirm&apos;s account team must switch signing on, or IT sets that this merchant&apos;s webhooks are not signed.</source>
        <translation>Son contenu n&apos;a pas été retenu; le poste de la commande interroge Affirm à la place. L&apos;équipe d&apos;Affirm doit activer la signature, ou le service informatique indiquer que les webhooks de ce marchand ne sont pas signés.</translation>
    </message>
    <message>
        <source>It was not believed; its order&apos;s desk reads Affirm instead. If it happens again, tell IT: the private key here may be an old one, the relay&apos;s clock may be wrong, or somebody else sends them.</source>
        <translation>Son contenu n&apos;a pas été retenu; le poste de la commande interroge Affirm à la place. Si cela se répète, avisez le service informatique&#xa0;: la clé privée d&apos;ici est peut-être ancienne, l&apos;horloge du relais déréglée, ou quelqu&apos;un d&apos;autre les envoie.</translation>
    </message>
    <message>
        <source>Webhook with a wrong signature: {since}</source>
        <translation>Webhook dont la signature est fausse&#xa0;: {since}</translation>
    </message>
    <message>
        <source>Affirm&apos;s webhooks arrive.</source>
        <translation>Les webhooks d&apos;Affirm arrivent.</translation>
    </message>
    <message>
        <source>Rebuild the journal?</source>
        <translation>Reconstruire le journal?</translation>
    </message>
    <message>
        <source>The damaged journal is moved aside, not deleted. A new one is filled from the relay&apos;s records, or without a relay from Affirm&apos;s list.</source>
        <translation>Le journal endommagé est mis de côté, pas supprimé. Un nouveau est rempli à partir des dossiers du relais ou, sans relais, de la liste d&apos;Affirm.</translation>
    </message>
    <message>
        <source>The rebuilding goes on: nothing is moved, and the orders that are missing are filled in from the relay&apos;s records, or without a relay from Affirm&apos;s list.</source>
        <translation>La reconstruction continue&#xa0;: rien n&apos;est déplacé, et les commandes qui manquent sont reprises des dossiers du relais ou, sans relais, de la liste d&apos;Affirm.</translation>
    </message>
    <message>
        <source>It cannot know forms that were not sent, notes, and what was done here after the last upload. Affirm is read for each order before anything is done with it, and nothing is sent again.</source>
        <translation>Il ne peut connaître ni les formulaires non envoyés, ni les notes, ni ce qui a été fait ici après le dernier envoi au relais. Affirm est interrogé pour chaque commande avant toute action, et rien n&apos;est renvoyé.</translation>
    </message>
    <message>
        <source>Rebuild</source>
        <translation>Reconstruire</translation>
    </message>
    <message>
        <source>Rebuilding the journal: every order is read at Affirm. This can take a few minutes.</source>
        <translation>Reconstruction du journal&#xa0;: chaque commande est lue chez Affirm. Cela peut prendre quelques minutes.</translation>
    </message>
    <message>
        <source>The journal is whole after all. Nothing was changed.</source>
        <translation>Le journal est intact, finalement. Rien n&apos;a été changé.</translation>
    </message>
    <message>
        <source>The journal was not rebuilt to its end. {reason}</source>
        <translation>La reconstruction du journal n&apos;est pas allée à son terme. {reason}</translation>
    </message>
    <message>
        <source>The journal is rebuilt</source>
        <translation>Le journal est reconstruit</translation>
    </message>
    <message>
        <source>Orders that are back: {count}.</source>
        <translation>Commandes retrouvées&#xa0;: {count}.</translation>
    </message>
    <message>
        <source>Orders on which another desk acts, where they stay: {count}.</source>
        <translation>Commandes dont un autre poste s&apos;occupe et qui y restent&#xa0;: {count}.</translation>
    </message>
    <message>
        <source>Could not be taken up: {orders}. Look for them in Affirm&apos;s portal.</source>
        <translation>N&apos;ont pu être reprises&#xa0;: {orders}. Cherchez-les dans le portail d&apos;Affirm.</translation>
    </message>
    <message>
        <source>Affirm&apos;s list did not come to its end: there may be more orders.</source>
        <translation>La liste d&apos;Affirm n&apos;est pas arrivée à sa fin&#xa0;: il peut y avoir d&apos;autres commandes.</translation>
    </message>
    <message>
        <source>Not known any more: notes, forms that were not sent, and what was done here after the last upload. A supervisor decides about links that were sent since.</source>
        <translation>N&apos;est plus connu&#xa0;: les notes, les formulaires non envoyés et ce qui a été fait ici après le dernier envoi au relais. Un superviseur tranche pour les liens envoyés depuis.</translation>
    </message>
    <message>
        <source>There was no relay to ask. Affirm&apos;s list does not tell links that nobody used, customers&apos; names, what they bought, and which orders were sold at this desk. Look for missing orders in Affirm&apos;s portal.</source>
        <translation>Il n&apos;y avait pas de relais à interroger. La liste d&apos;Affirm ne dit rien des liens que personne n&apos;a utilisés, des noms des clients, de leurs achats, ni des commandes vendues à ce poste. Cherchez les commandes manquantes dans le portail d&apos;Affirm.</translation>
    </message>
    <message>
        <source>The relay does not answer, so no colleague can be looked up. The order stays where it is. Try again in a moment; if it stays so, tell IT.</source>
        <translation>Le relais ne répond pas&#xa0;: aucun collègue ne peut être trouvé. La commande reste où elle est. Réessayez dans un instant; si rien ne change, prévenez le service informatique.</translation>
    </message>
</context>
</TS>
